/*
 * Within what a question is asked: which sources, which kinds of file, which folder or file, between which days, with whom.
 * Nothing chosen means everything one may read. What is chosen stays with its conversation, for this tab only, like a draft:
 * a folder or a name can point at a patient.
 */
import { mdiAccountOutline, mdiCalendarRangeOutline, mdiFileDocumentOutline, mdiFileOutline, mdiFolderOutline } from '@mdi/js'
import { getCanonicalLocale, t } from '@nextcloud/l10n'

import { kindIcon, kindName } from './items.ts'
import type { ItemKind } from './wire.ts'

/** What can be asked in. */
export type Source = ItemKind | 'file'

/** Kinds of file that people tell apart. */
export type FileKind = 'pdf' | 'word' | 'sheet' | 'slides' | 'text' | 'image' | 'mail'

/** A file that is asked about. */
export interface AskedFile {
	id: number
	name: string
}

/** What narrows a question. */
export interface Filters {
	sources: Source[]
	types: FileKind[]
	/** From the top of one's files, beginning with a slash; empty for all of them. */
	folder: string
	files: AskedFile[]
	/** Days as `2026-11-23`; empty for no bound. Both count. */
	from: string
	to: string
	people: string[]
}

/** One thing that narrows a question, as it is shown, and what is left without it. */
export interface Chip {
	key: string
	icon: string
	words: string
	rest: Filters
}

/** Sources in the order they are offered in. */
export const SOURCES: Source[] = ['file', 'event', 'task', 'contact', 'message']
/** Kinds of file in the order they are offered in. */
export const FILE_KINDS: FileKind[] = ['pdf', 'word', 'sheet', 'slides', 'text', 'image', 'mail']
/** People a question is narrowed to at most. */
export const MAX_PEOPLE = 4
/** Files a question is narrowed to at most. */
export const MAX_FILES = 16

const PREFIX = 'voiceassist-filters-'
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Everything one may read. */
export function everything(): Filters {
	return { sources: [], types: [], folder: '', files: [], from: '', to: '', people: [] }
}

/** Whether nothing is narrowed. */
export function isOpen(filters: Filters): boolean {
	return chipsOf(filters).length === 0
}

/** The name of a kind of file. */
export function fileKindName(kind: FileKind): string {
	return {
		pdf: t('voiceassist', 'PDF'),
		word: t('voiceassist', 'Text documents'),
		sheet: t('voiceassist', 'Spreadsheets'),
		slides: t('voiceassist', 'Presentations'),
		text: t('voiceassist', 'Plain text and Markdown'),
		image: t('voiceassist', 'Pictures and scans'),
		mail: t('voiceassist', 'Saved messages'),
	}[kind]
}

/** Several of one kind, for a chip and for the form. */
export function sourceName(source: Source): string {
	return source === 'file' ? t('voiceassist', 'Files') : kindName(source)
}

/** A day as people write it. */
export function dayWords(day: string): string {
	return DAY.test(day) ? new Date(`${day}T12:00:00`).toLocaleDateString(getCanonicalLocale(), { day: 'numeric', month: 'short', year: 'numeric' }) : day
}

/** What narrows a question, one after the other. */
export function chipsOf(filters: Filters): Chip[] {
	const without = <K extends 'sources' | 'types' | 'people' | 'files'>(list: K, one: Filters[K][number]): Filters =>
		({ ...filters, [list]: (filters[list] as unknown[]).filter((other) => other !== one) })
	const chips: Chip[] = []
	for (const file of filters.files) {
		chips.push({ key: `file:${file.id}`, icon: mdiFileOutline, words: file.name, rest: without('files', file) })
	}
	if (filters.folder !== '') {
		chips.push({ key: 'folder', icon: mdiFolderOutline, words: filters.folder, rest: { ...filters, folder: '' } })
	}
	for (const source of filters.sources) {
		chips.push({ key: `source:${source}`, icon: kindIcon(source), words: sourceName(source), rest: without('sources', source) })
	}
	for (const kind of filters.types) {
		chips.push({ key: `type:${kind}`, icon: mdiFileDocumentOutline, words: fileKindName(kind), rest: without('types', kind) })
	}
	if (filters.from !== '' || filters.to !== '') {
		chips.push({ key: 'days', icon: mdiCalendarRangeOutline, words: spanWords(filters.from, filters.to), rest: { ...filters, from: '', to: '' } })
	}
	for (const person of filters.people) {
		chips.push({ key: `person:${person}`, icon: mdiAccountOutline, words: person, rest: without('people', person) })
	}
	return chips
}

function spanWords(from: string, to: string): string {
	const days = { from: dayWords(from), to: dayWords(to) }
	if (to === '') {
		return t('voiceassist', 'since {from}', days)
	}
	return from === '' ? t('voiceassist', 'until {to}', days) : t('voiceassist', '{from} to {to}', days)
}

/** The day after a day. */
function dayAfter(day: string): string {
	const next = new Date(`${day}T00:00:00Z`)
	next.setUTCDate(next.getUTCDate() + 1)
	return next.toISOString().slice(0, 10)
}

/** A folder as it is kept: with a slash in front and none behind; empty for the top. */
export function folderOf(words: string): string {
	const parts = words.split('/').map((part) => part.trim()).filter((part) => part !== '' && part !== '.')
	return parts.length === 0 ? '' : `/${parts.join('/')}`
}

/** Whether the days make a span. */
export function isSpan(from: string, to: string): boolean {
	return from === '' || to === '' || from <= to
}

/** The same as the daemon takes it; nothing where nothing is narrowed. */
export function narrowing(filters: Filters): object {
	if (isOpen(filters)) {
		return {}
	}
	const { sources, types, folder, files, from, people } = filters
	// The last day counts, and the daemon leaves out the end it is given.
	const to = filters.to === '' ? '' : dayAfter(filters.to)
	const zone = from === '' && to === '' ? '' : Intl.DateTimeFormat().resolvedOptions().timeZone
	const chosen = Object.entries({ sources, types, folder, files: files.map(({ id }) => id), from, to, zone, people })
	return { filter: Object.fromEntries(chosen.filter(([, value]) => value.length > 0)) }
}

/** What narrows the questions of a conversation; the empty id is the one not begun yet. */
export function filtersOf(conversation: string): Filters {
	try {
		return read(JSON.parse(sessionStorage.getItem(PREFIX + conversation) ?? '{}'))
	} catch {
		return everything()
	}
}

/** Keeps it, or forgets it where nothing is narrowed. */
export function keepFilters(conversation: string, filters: Filters): void {
	if (isOpen(filters)) {
		sessionStorage.removeItem(PREFIX + conversation)
	} else {
		sessionStorage.setItem(PREFIX + conversation, JSON.stringify(filters))
	}
}

/** What was kept may be of another version of this page: what is not understood is left out. */
function read(kept: unknown): Filters {
	const from = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>
	const list = (value: unknown): unknown[] => Array.isArray(value) ? value : []
	const words = (value: unknown) => typeof value === 'string' ? value : ''
	const day = (value: unknown) => DAY.test(words(value)) ? words(value) : ''
	const isFile = (value: unknown): value is AskedFile => typeof value === 'object' && value !== null && Number.isInteger((value as AskedFile).id) && typeof (value as AskedFile).name === 'string'
	return {
		sources: SOURCES.filter((source) => list(from.sources).includes(source)),
		types: FILE_KINDS.filter((kind) => list(from.types).includes(kind)),
		folder: folderOf(words(from.folder)),
		files: list(from.files).filter(isFile).slice(0, MAX_FILES),
		from: day(from.from),
		to: day(from.to),
		people: list(from.people).map(words).filter((name) => name !== '').slice(0, MAX_PEOPLE),
	}
}
