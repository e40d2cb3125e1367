/*
 * The people one knows, as the daemon finds them by the words one speaks of them, and how they are reached. A number or an
 * address becomes a link only when it is one; anything else is shown as it was written.
 */
import { t } from '@nextcloud/l10n'

import { client } from '../api/client.ts'

/** A number or an address. */
export interface Reachable {
	value: string
	types: string[]
	label: string | null
	preferred: boolean
}

/** Where somebody is known from. */
export interface Known {
	source: 'own' | 'shared' | 'colleague' | 'history'
	link: string | null
}

/** Somebody; several cards of one person are one. */
export interface Person {
	name: string
	kind: 'individual' | 'group' | 'organization' | 'location'
	organization: string | null
	units: string[]
	title: string | null
	role: string | null
	phones: Reachable[]
	emails: Reachable[]
	addresses: string[]
	categories: string[]
	known_from: Known[]
	met: number
	score: number
}

/** One page of people. */
export interface PeoplePage {
	people: Person[]
	/** Whether more match than are ranked. */
	more: boolean
	next?: string | null
}

const PAGE = 25

/** Whom these words mean, best first; everybody by name without words. */
export async function readPeople(words: string, after: string | undefined, signal: AbortSignal): Promise<PeoplePage> {
	const query = new URLSearchParams({ limit: String(PAGE) })
	if (words !== '') {
		query.set('q', words.slice(0, 200))
	}
	if (after !== undefined) {
		query.set('after', after)
	}
	return client.json<PeoplePage>(`contacts?${query.toString()}`, { signal })
}

/** What calls a number; nothing for what has no digits. */
export function phoneLink(value: string): string | undefined {
	const number = value.trim().replace(/^tel:/i, '').replace(/;.*$/, '')
	const dialled = number.replace(/\(0\)/g, '').replace(/[^\d+*#]/g, '')
	return /\d{2}/.test(dialled) ? `tel:${dialled.replace(/(?!^)\+/g, '').replaceAll('#', '%23')}` : undefined
}

/** What writes to an address; nothing for what is none. */
export function mailLink(value: string): string | undefined {
	const address = value.trim().replace(/^mailto:/i, '')
	return /^[^\s@<>"?&]+@[^\s@<>"?&]+$/.test(address) ? `mailto:${encodeURIComponent(address).replace('%40', '@')}` : undefined
}

/** What a number or address is for, in words. */
export function kindWords(one: Reachable): string {
	if (one.label) {
		return one.label
	}
	const known: Record<string, string> = {
		work: t('voiceassist', 'work'),
		home: t('voiceassist', 'home'),
		cell: t('voiceassist', 'mobile'),
		fax: t('voiceassist', 'fax'),
		pager: t('voiceassist', 'pager'),
		main: t('voiceassist', 'main'),
	}
	return one.types.flatMap((type) => known[type.toLowerCase()] ?? []).join(', ')
}

/** Where somebody is known from, in words, each once. */
export function knownWords(person: Person): string {
	const words = {
		own: t('voiceassist', 'your contacts'),
		shared: t('voiceassist', 'contacts shared with you'),
		colleague: t('voiceassist', 'colleagues in this Nextcloud'),
		history: t('voiceassist', 'your calendar'),
	}
	return [...new Set(person.known_from.map((known) => words[known.source]))].join(', ')
}

/** Two letters for somebody: of the first and of the last word of the name. */
export function initials(name: string): string {
	const words = name.replace(/^((dr|prof|med|dipl|ing|mr|mrs|ms|herr|frau)\.?\s+)+/i, '').split(/[\s,]+/).filter((word) => /^\p{L}/u.test(word))
	const [first, last] = [words.at(0), words.length > 1 ? words.at(-1) : undefined]
	return `${[...(first ?? '?')][0] ?? ''}${last === undefined ? '' : [...last][0] ?? ''}`.toUpperCase()
}
