/*
 * What a sentence can come from besides a file: a sign and a word for each, and where it opens. A link is taken only if it leads
 * to a web page.
 */
import { mdiAccountOutline, mdiCalendarOutline, mdiCheckboxMarkedCircleOutline, mdiEmailOutline, mdiFileDocumentOutline } from '@mdi/js'
import { t } from '@nextcloud/l10n'

import { fileLink } from './place.ts'
import type { Citation, ItemKind } from './wire.ts'

/** The sign of a kind. */
export function kindIcon(kind: ItemKind | 'file'): string {
	return { file: mdiFileDocumentOutline, event: mdiCalendarOutline, task: mdiCheckboxMarkedCircleOutline, contact: mdiAccountOutline, message: mdiEmailOutline }[kind] ?? mdiFileDocumentOutline
}

/** The kind in words. */
export function kindName(kind: ItemKind | 'file'): string {
	const known: Record<string, string> = {
		file: t('voiceassist', 'File'),
		event: t('voiceassist', 'Appointment'),
		task: t('voiceassist', 'Task'),
		contact: t('voiceassist', 'Person'),
		message: t('voiceassist', 'Message'),
	}
	return known[kind] ?? t('voiceassist', 'File')
}

/** The link, if it is one that may be followed. */
export function webLink(link: string | null | undefined): string | undefined {
	return typeof link === 'string' && /^https?:\/\//i.test(link) ? link : undefined
}

/** Where a source opens in Nextcloud. */
export function sourceLink(citation: Citation): string | undefined {
	return (citation.source ?? 'file') === 'file' ? fileLink(citation.file_id, citation.page) : webLink(citation.link)
}

/** Where a source stands: the page of a file, or what kind of thing it is. */
export function placeWords(citation: Citation): string {
	const kind = citation.source ?? 'file'
	return kind === 'file' ? t('voiceassist', 'page {page}', { page: citation.page }) : kindName(kind)
}
