/*
 * What can be done with a conversation wherever it is shown: in the list and above what was said in it. What takes
 * something away is asked about first, in a dialog of the page.
 */
import { mdiDownload, mdiPinOffOutline, mdiPinOutline, mdiTrashCanOutline } from '@mdi/js'
import { t } from '@nextcloud/l10n'

import { readConversation } from './conversations.ts'
import { conversationAsMarkdown } from './markdown.ts'
import { saveText } from './save.ts'
import { useConversations } from './useConversations.ts'
import type { Conversation } from './wire.ts'

/** One entry of a menu. */
export interface ConversationAction {
	id: string
	icon: string
	name: string
	act: () => void
}

/** Saves a conversation as the daemon has it now, so that nothing is in the file that may not be read any more. */
export async function exportConversation(id: string): Promise<void> {
	const { conversation, messages } = await readConversation(id)
	saveText(`${conversation.title || t('voiceassist', 'Conversation')}.md`, conversationAsMarkdown(conversation, messages))
}

/** The entries for a conversation. */
export function conversationActions(conversation: Conversation): ConversationAction[] {
	const { pin, attempt, doomed } = useConversations()
	const { pinned } = conversation
	return [
		{
			id: 'pin',
			icon: pinned ? mdiPinOffOutline : mdiPinOutline,
			name: pinned ? t('voiceassist', 'No longer keep at the top') : t('voiceassist', 'Keep at the top'),
			act: () => void attempt(() => pin(conversation, !pinned)),
		},
		{ id: 'export', icon: mdiDownload, name: t('voiceassist', 'Save as Markdown'), act: () => void attempt(() => exportConversation(conversation.id)) },
		{ id: 'delete', icon: mdiTrashCanOutline, name: t('voiceassist', 'Delete'), act: () => { doomed.value = conversation } },
	]
}
