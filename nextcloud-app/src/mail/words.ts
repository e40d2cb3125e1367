/*
 * Mail in words: people, folders, states, and a text with what it quotes set apart.
 */
import { getCanonicalLocale, n, t } from '@nextcloud/l10n'

import type { Folder, Mailbox, MailPerson, OfferedFolder } from './wire.ts'

/** A run of a message's text; what it quotes is set apart. */
export interface Part {
	text: string
	quoted: boolean
}

/** The text in runs. Spans count code points, may touch, and are never trusted to lie within the text. */
export function partsOf(text: string, quoted: { start: number, end: number }[]): Part[] {
	const points = [...text]
	const parts: Part[] = []
	const push = (from: number, to: number, isQuoted: boolean) => {
		const run = points.slice(from, to).join('')
		if (run.trim() !== '') {
			parts.push({ text: run.replace(/^\n+|\s+$/g, ''), quoted: isQuoted })
		}
	}
	let reached = 0
	for (const span of [...quoted].sort((a, b) => a.start - b.start)) {
		const start = Math.min(Math.max(span.start, reached), points.length)
		push(reached, start, false)
		push(start, Math.min(span.end, points.length), true)
		reached = Math.max(start, Math.min(span.end, points.length))
	}
	push(reached, points.length, false)
	return parts
}

/** Somebody, by name if one is given. */
export function personWords(person: MailPerson): string {
	return person.name || person.address || t('voiceassist', 'somebody unnamed')
}

/** Several people, the first few by name. */
export function peopleWords(people: MailPerson[], most = 3): string {
	const named = people.slice(0, most).map(personWords).join(', ')
	return people.length > most ? `${named} ${n('voiceassist', 'and %n other', 'and %n others', people.length - most)}` : named
}

/** A folder by what it is for, else by its name. */
export function folderWords(folder: Pick<Folder | OfferedFolder, 'name' | 'role'>): string {
	const known: Record<string, string> = {
		inbox: t('voiceassist', 'Inbox'),
		sent: t('voiceassist', 'Sent'),
		archive: t('voiceassist', 'Archive'),
		drafts: t('voiceassist', 'Drafts'),
		junk: t('voiceassist', 'Junk'),
		trash: t('voiceassist', 'Trash'),
		all_mail: t('voiceassist', 'All mail'),
		flagged: t('voiceassist', 'Flagged'),
	}
	return known[folder.role] ?? folder.name
}

/** How a mailbox fares. */
export function stateWords(mailbox: Mailbox): string {
	return {
		connected: t('voiceassist', 'Connected'),
		refused: t('voiceassist', 'The mail server no longer takes the password. Nothing is tried until there is a new one.'),
		failing: t('voiceassist', 'The mail server cannot be read at the moment; it is tried again.'),
	}[mailbox.state]
}

/** When a message was written: the time today, else the day. */
export function whenWords(at: string, now: Date): string {
	const date = new Date(at)
	const style: Intl.DateTimeFormatOptions = date.toDateString() === now.toDateString()
		? { timeStyle: 'short' }
		: date.getFullYear() === now.getFullYear() ? { day: 'numeric', month: 'short' } : { dateStyle: 'medium' }
	return new Intl.DateTimeFormat(getCanonicalLocale(), style).format(date)
}
