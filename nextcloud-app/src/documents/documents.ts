/*
 * A person's documents as the daemon sees them, in the few groups people ask about.
 */
import { t } from '@nextcloud/l10n'

import { client } from '../api/client.ts'
import { fileLink } from '../chat/place.ts'
import { webLink } from '../chat/items.ts'
import type { ItemKind } from '../chat/wire.ts'
import { readScope, replaceScope, type NewRule } from '../account/scope.ts'

/** What a document is. */
export type Source = ItemKind | 'file'

/** A document. */
export interface Document {
	id: string
	/** What it is; a file unless said. */
	source?: Source
	/** Opens what is not a file. */
	link?: string | null
	file_id: number
	title: string
	path: string
	media_type: string | null
	size: number
	state: 'pending' | 'fetched' | 'chunked' | 'searchable' | 'indexed' | 'skipped' | 'failed'
	reason: { code: string, explanation: string, retry_can_help: boolean } | null
	pages: number | null
	truncated: boolean
	modified_at: string | null
	updated_at: string
	left_out: { by: 'everyone' | 'view' | 'person', why: string | null, rule: string | null } | null
}

/** How many are in which state. */
export type Counts = Record<Document['state'] | 'total', number>

/** What people ask for. */
export type Group = 'all' | 'found' | 'reading' | 'failed' | 'left_out'

/** The states of a group; all of them without a filter. */
export const STATES: Record<Exclude<Group, 'all'>, Document['state'][]> = {
	found: ['indexed', 'searchable'],
	reading: ['pending', 'fetched', 'chunked'],
	failed: ['failed'],
	left_out: ['skipped'],
}

/** Where the next page begins: in which state, and behind which document. */
export interface Place {
	states: Document['state'][]
	after?: string
}

interface Page {
	documents: Document[]
	next?: string
	withheld: number
	counts: Counts
}

const PAGE = 50

/** Where a group begins. */
export function beginning(group: Group): Place {
	return { states: group === 'all' ? [] : STATES[group] }
}

/** One page of a group, and where the next begins. A page is never empty while there is more. */
export async function readDocuments(group: Group, from: Place, source: Source = 'file'): Promise<{ documents: Document[], counts: Counts, withheld: number, next: Place | undefined }> {
	let [state, ...rest] = from.states
	let after = from.after
	let withheld = 0
	// An older daemon knows files alone and is not asked which.
	const kind = source === 'file' ? '' : `&source=${source}`
	for (;;) {
		const which = state === undefined ? '' : `&state=${state}`
		const page = await client.json<Page>(`documents?limit=${PAGE}${kind}${which}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`)
		withheld += page.withheld
		const next = page.next !== undefined
			? { states: state === undefined ? [] : [state, ...rest], after: page.next }
			: rest.length > 0 ? { states: rest } : undefined
		if (page.documents.length > 0 || next === undefined) {
			return { documents: page.documents, counts: page.counts, withheld, next }
		}
		[state, ...rest] = next.states
		after = next.after
	}
}

/** Where it opens in Nextcloud. */
export function documentLink(document: Document): string | undefined {
	return (document.source ?? 'file') === 'file' ? fileLink(document.file_id) : webLink(document.link)
}

/** Has a document read again. */
export async function retryDocument(id: string): Promise<Document> {
	return client.json<Document>(`documents/${id}/retry`, { method: 'POST' })
}

/** Leaves a file out from now on, by a rule of one's own. The pattern names this file and no other. */
export async function leaveOut(document: Document): Promise<void> {
	const scope = await readScope()
	const rule: NewRule = { effect: 'exclude', kind: 'glob', pattern: globOf(document.path) }
	const own = scope.rules.map(({ effect, kind, pattern }) => ({ effect, kind, pattern }))
	if (!own.some((one) => one.kind === rule.kind && one.pattern === rule.pattern)) {
		await replaceScope([...own, rule])
	}
}

/** Takes a rule of one's own away again. */
export async function dropRule(id: string): Promise<void> {
	const scope = await readScope()
	await replaceScope(scope.rules.filter((rule) => rule.id !== id).map(({ effect, kind, pattern }) => ({ effect, kind, pattern })))
}

/** A path as a pattern in which nothing has a meaning of its own, anchored at the top. */
export function globOf(path: string): string {
	const anchored = path.startsWith('/') ? path : `/${path}`
	return anchored.replace(/[\\*?[\]!#]/g, '\\$&')
}

/** The state in words. */
export function stateWords(document: Document): string {
	return {
		pending: t('voiceassist', 'Waits to be read'),
		fetched: t('voiceassist', 'Is being read'),
		chunked: t('voiceassist', 'Is being read'),
		searchable: t('voiceassist', 'Found by its words'),
		indexed: t('voiceassist', 'Found by words and meaning'),
		skipped: t('voiceassist', 'Left out'),
		failed: t('voiceassist', 'Could not be read'),
	}[document.state]
}
