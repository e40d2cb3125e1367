/*
 * What is marked on the picture of a page, and what is said of text that came from a picture.
 */
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { boxesOn, boxStyle, isUnsure, recognisedWords } from '../../src/chat/boxes.ts'
import type { Citation, PageBox } from '../../src/chat/wire.ts'
import { canShow, isNewer, MAX_BYTES, openFile } from '../../src/files/document.ts'

const box = (page: number, x0: number, y0: number, x1: number, y1: number): PageBox => ({ page, x0, y0, x1, y1 })
const cited = (over: Partial<Citation>): Citation => ({ number: 1, document_id: 'd', chunk_id: 'c', file_id: 7, title: 'Apixaban.pdf', path: '/Apixaban.pdf', page: 3, span: { start: 0, end: 9 }, quote: 'q', score: 1, ...over })

describe('places on a page', () => {
	it('are those of the page that is shown, within its edges', () => {
		const source = cited({ boxes: [box(3, 0, 0.2, 0.9, 0.22), box(4, 0.1, 0.1, 0.9, 0.12)] })
		expect(boxesOn(source, 3)).toHaveLength(1)
		expect(boxesOn(source, 3)[0]?.x0).toBe(0)
		expect(boxesOn(source, 5)).toEqual([])
		expect(boxStyle(box(4, 0.1, 0.25, 0.6, 0.3))).toEqual({ insetInlineStart: '10.000%', insetBlockStart: '25.000%', width: '50.000%', height: '5.000%' })
	})

	it('are none where nothing is a rectangle', () => {
		expect(boxesOn(cited({}), 3)).toEqual([])
		expect(boxesOn(cited({ boxes: [box(3, 0.5, 0.2, 0.1, 0.3), box(3, Number.NaN, 0, 1, 1)] }), 3)).toEqual([])
	})
})

describe('text from a picture', () => {
	it('is told with how sure it is, and as a warning below three quarters', () => {
		expect(recognisedWords(cited({}))).toBe('')
		expect(recognisedWords(cited({ recognised: 93 }))).toBe('Read from a picture, 93 % sure.')
		expect(isUnsure(cited({ recognised: 75 }))).toBe(false)
		expect(isUnsure(cited({ recognised: 74 }))).toBe(true)
		expect(recognisedWords(cited({ recognised: 74 }))).toContain('only 74 % sure')
	})
})

describe('a file', () => {
	beforeEach(() => { vi.unstubAllGlobals() })

	it('is not fetched where there is no Nextcloud to ask', () => {
		expect(canShow('/Apixaban.pdf')).toBe(false)
	})

	it('counts as changed when it is later than what was read, give or take clocks', () => {
		const read = '2026-11-02T10:00:00Z'
		expect(isNewer(Date.parse(read) + 1000, read)).toBe(false)
		expect(isNewer(Date.parse(read) + 5000, read)).toBe(true)
		expect(isNewer(undefined, read)).toBe(false)
		expect(isNewer(Date.now(), undefined)).toBe(false)
	})

	it('that is too large is not read, whether its length is told or not', async () => {
		vi.stubGlobal('fetch', async () => new Response('x', { headers: { 'Content-Length': String(MAX_BYTES + 1) } }))
		await expect(openFile('/told.pdf')).rejects.toMatchObject({ code: 'too_large' })
		let sent = 0
		const endless = () => new ReadableStream<Uint8Array>({ pull(to) { sent++; to.enqueue(new Uint8Array(8 * 1024 * 1024)) } })
		vi.stubGlobal('fetch', async () => new Response(endless()))
		await expect(openFile('/untold.pdf')).rejects.toMatchObject({ code: 'too_large' })
		expect(sent).toBeLessThan(10)
	})

	it('that Nextcloud does not give is asked for anew the next time', async () => {
		let asked = 0
		vi.stubGlobal('fetch', async () => { asked++; return new Response('', { status: 404 }) })
		await expect(openFile('/gone.pdf')).rejects.toMatchObject({ code: 'no_file' })
		await expect(openFile('/gone.pdf')).rejects.toMatchObject({ code: 'no_file' })
		expect(asked).toBe(2)
	})
})
