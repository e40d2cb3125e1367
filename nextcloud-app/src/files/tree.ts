/*
 * One's own files and folders as Nextcloud lists them, one folder at a time. Only where the page stands in Nextcloud: the
 * browser's own session there asks, so nothing is listed that the person could not open. The daemon is not concerned.
 */
import { fetchRequestToken, getCurrentUser, getRequestToken } from '@nextcloud/auth'
import { loadState } from '@nextcloud/initial-state'
import { t } from '@nextcloud/l10n'
import { generateRemoteUrl } from '@nextcloud/router'

import { Problem } from '../api/problem.ts'
import { isReadable } from './action.ts'

/** A file or folder. */
export interface TreeEntry {
	id: number
	name: string
	/** From the top, beginning with a slash. */
	path: string
	isFolder: boolean
	mime: string
}

const BODY = `<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop>
<d:resourcetype/><d:getcontenttype/><oc:fileid/></d:prop></d:propfind>`
const DAV = 'DAV:'
const OWNCLOUD = 'http://owncloud.org/ns'
/** What Nextcloud answers to a page whose token it no longer takes. */
const STALE = [401, 412]

/** Whether files can be listed here. */
export function canBrowse(): boolean {
	return loadState<boolean>('voiceassist', 'embedded', false) && getCurrentUser() !== null
}

/** What is in a folder: folders first, each by name. Only files that can be read are among them. */
export async function listFolder(path: string, signal: AbortSignal): Promise<TreeEntry[]> {
	const response = await askDav(path, signal, { method: 'PROPFIND', headers: { Depth: '1', 'Content-Type': 'application/xml' }, body: BODY })
	if (!response.ok) {
		throw new Problem(response.status, 'no_listing', response.status === 404
			? t('voiceassist', 'This folder is not there any more.')
			: t('voiceassist', 'Nextcloud does not list this folder now. Try again in a moment.'))
	}
	return entriesOf(await response.text(), new URL(rootOfFiles(), window.location.href).pathname, path)
}

/** Asks Nextcloud about one of one's own files or folders; once more where the page has stood open for too long. */
export async function askDav(path: string, signal: AbortSignal, ask: { method: string, headers?: Record<string, string>, body?: string }): Promise<Response> {
	const url = rootOfFiles() + path.split('/').map(encodeURIComponent).join('/')
	const once = (requesttoken: string) => fetch(url, { ...ask, headers: { ...ask.headers, requesttoken }, signal })
	const response = await once(getRequestToken() ?? '')
	return STALE.includes(response.status) ? once(await fetchRequestToken().catch(() => '')) : response
}

function rootOfFiles(): string {
	return `${generateRemoteUrl('dav')}/files/${encodeURIComponent(getCurrentUser()?.uid ?? '')}`
}

/** Reads a listing. `root` is the path of the address behind which one's files begin. */
export function entriesOf(xml: string, root: string, folder: string): TreeEntry[] {
	const document = new DOMParser().parseFromString(xml, 'application/xml')
	const entries: TreeEntry[] = []
	for (const response of document.getElementsByTagNameNS(DAV, 'response')) {
		const text = (space: string, name: string) => response.getElementsByTagNameNS(space, name)[0]?.textContent?.trim() ?? ''
		const path = pathOf(text(DAV, 'href'), root)
		const id = Number(text(OWNCLOUD, 'fileid'))
		if (path === undefined || path === folder || path === '' || !Number.isSafeInteger(id) || id <= 0) {
			continue
		}
		const isFolder = response.getElementsByTagNameNS(DAV, 'collection').length > 0
		const entry = { id, name: path.slice(path.lastIndexOf('/') + 1), path, isFolder, mime: text(DAV, 'getcontenttype') }
		if (isFolder || isReadable(entry.mime)) {
			entries.push(entry)
		}
	}
	return entries.sort((one, other) => Number(other.isFolder) - Number(one.isFolder) || one.name.localeCompare(other.name, undefined, { numeric: true }))
}

/** Where something stands, from the top of one's files; nothing for what is not among them. */
function pathOf(href: string, root: string): string | undefined {
	try {
		const path = decodeURIComponent(new URL(href, window.location.href).pathname)
		const base = decodeURIComponent(root)
		return path.startsWith(`${base}/`) || path === base ? path.slice(base.length).replace(/\/+$/, '') : undefined
	} catch {
		return undefined
	}
}
