/*
 * Conversations under the headings people look for them by.
 */
import { t } from '@nextcloud/l10n'

import type { Conversation } from './wire.ts'

/** A heading and what stands under it. */
export interface Day {
	name: string
	conversations: Conversation[]
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The latest first; a heading without conversations is left out. */
export function byDay(conversations: Conversation[], now: Date): Day[] {
	const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
	const headings: Day[] = [
		{ name: t('voiceassist', 'Today'), conversations: [] },
		{ name: t('voiceassist', 'Yesterday'), conversations: [] },
		{ name: t('voiceassist', 'The last seven days'), conversations: [] },
		{ name: t('voiceassist', 'Earlier'), conversations: [] },
	]
	for (const conversation of conversations) {
		const at = new Date(conversation.updated_at).getTime()
		const place = at >= today ? 0 : at >= today - DAY_MS ? 1 : at >= today - 6 * DAY_MS ? 2 : 3
		headings[place]?.conversations.push(conversation)
	}
	return headings.filter((day) => day.conversations.length > 0)
}
