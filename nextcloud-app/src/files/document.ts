/*
 * The pages of a PDF file as pictures. The file comes from Nextcloud with the browser's own session, so nothing is shown that the
 * person could not open, and neither the daemon nor the app's server side passes it on. What draws it is fetched when the first
 * page is wanted. Refused: what is no PDF, what is too large to be fetched for a look, and what Nextcloud does not give.
 */
import { t } from '@nextcloud/l10n'
import type { PDFDocumentProxy } from 'pdfjs-dist'

import { Problem } from '../api/problem.ts'
import { askDav, canBrowse } from './tree.ts'

/** The largest file that is fetched for a look at one page. */
export const MAX_BYTES = 40 * 1024 * 1024
/** The widest picture of a page, in dots: enough for every screen, and no more memory than that. */
const MAX_DOTS = 2400
/** How much later a file may be dated than it was read and still count as the same: clocks and rounding. */
const SAME_MS = 2000

/** A file that is open. */
export interface OpenFile {
	pages: number
	/** When it was last changed, as Nextcloud says; nothing where it does not. */
	changedAt: number | undefined
	/** The height of a page for a width of 1. */
	ratio(page: number): Promise<number>
	/** Draws a page on this canvas, as wide as told in dots. Ends early when it is no longer wanted. */
	draw(page: number, canvas: HTMLCanvasElement, dots: number, signal: AbortSignal): Promise<void>
}

/** Whether pages of this file can be shown here. */
export function canShow(path: string): boolean {
	return canBrowse() && path.startsWith('/') && path.toLowerCase().endsWith('.pdf')
}

let last: { path: string, file: Promise<OpenFile>, close: () => void } | undefined

/** Opens a file. The last one stays open, because sources of one answer often stand in the same file. */
export function openFile(path: string): Promise<OpenFile> {
	if (last?.path !== path) {
		last?.close()
		const stop = new AbortController()
		let opened: PDFDocumentProxy | undefined
		const file = fetchFile(path, stop.signal).then(async ({ bytes, changedAt }) => {
			opened = await parse(bytes)
			return wrap(opened, changedAt)
		})
		const mine = { path, file, close: () => { stop.abort(); void opened?.loadingTask.destroy() } }
		// What failed is tried anew the next time.
		file.catch(() => { if (last === mine) { last = undefined } })
		last = mine
	}
	return last.file
}

/** Whether the file was changed after it was read. */
export function isNewer(changedAt: number | undefined, readAs: string | null | undefined): boolean {
	const known = Date.parse(readAs ?? '')
	return changedAt !== undefined && !Number.isNaN(known) && changedAt > known + SAME_MS
}

async function fetchFile(path: string, signal: AbortSignal): Promise<{ bytes: ArrayBuffer, changedAt: number | undefined }> {
	const response = await askDav(path, signal, { method: 'GET' })
	if (!response.ok) {
		throw new Problem(response.status, 'no_file', t('voiceassist', 'Nextcloud does not give the file now.'))
	}
	if (Number(response.headers.get('Content-Length') ?? 0) > MAX_BYTES) {
		await response.body?.cancel()
		throw tooLarge()
	}
	const changedAt = Date.parse(response.headers.get('Last-Modified') ?? '')
	return { bytes: await readAtMost(response, MAX_BYTES), changedAt: Number.isNaN(changedAt) ? undefined : changedAt }
}

/** The body, if it is no longer than that. A length that was not told, or told wrongly, is counted. */
async function readAtMost(response: Response, most: number): Promise<ArrayBuffer> {
	const reader = response.body?.getReader()
	const parts: Uint8Array<ArrayBuffer>[] = []
	let length = 0
	for (;;) {
		const read = await reader?.read()
		if (read === undefined || read.done) {
			return new Blob(parts).arrayBuffer()
		}
		length += read.value.length
		if (length > most) {
			await reader?.cancel()
			throw tooLarge()
		}
		parts.push(read.value)
	}
}

function tooLarge(): Problem {
	return new Problem(413, 'too_large', t('voiceassist', 'The file is too large to be shown here.'))
}

async function parse(bytes: ArrayBuffer): Promise<PDFDocumentProxy> {
	const { pdfjs, besides } = await import('./pdfjs.ts')
	try {
		return await pdfjs.getDocument({ data: bytes, wasmUrl: besides, isEvalSupported: false, enableXfa: false, maxImageSize: 64_000_000, verbosity: 0 }).promise
	} catch {
		throw new Problem(422, 'no_pdf', t('voiceassist', 'The pages of this file cannot be shown here.'))
	}
}

function wrap(opened: PDFDocumentProxy, changedAt: number | undefined): OpenFile {
	return {
		pages: opened.numPages,
		changedAt,
		async ratio(page) {
			const { width, height } = (await opened.getPage(page)).getViewport({ scale: 1 })
			return height / width
		},
		async draw(page, canvas, dots, signal) {
			const sheet = await opened.getPage(page)
			const viewport = sheet.getViewport({ scale: Math.min(dots, MAX_DOTS) / sheet.getViewport({ scale: 1 }).width })
			// Drawn aside, so that a page that is no longer wanted never shows.
			const aside = document.createElement('canvas')
			aside.width = Math.ceil(viewport.width)
			aside.height = Math.ceil(viewport.height)
			const drawing = sheet.render({ canvas: aside, viewport })
			const stop = () => drawing.cancel()
			signal.addEventListener('abort', stop, { once: true })
			await drawing.promise.finally(() => signal.removeEventListener('abort', stop))
			signal.throwIfAborted()
			canvas.width = aside.width
			canvas.height = aside.height
			canvas.getContext('2d')?.drawImage(aside, 0, 0)
		},
	}
}
