/*
 * A list of messages while somebody looks for some: asked after a pause, added to page by page. The daemon compares a part of the
 * mail at a time; where it has not come to the end, that is said and gone on with.
 */
import { reactive, ref, shallowRef } from 'vue'

import { readMail, type MailMessage, type MailQuery } from './wire.ts'
import { useLatest } from '../useLatest.ts'

/** How long somebody may go on typing before a search begins. */
const PAUSE_MS = 350

/** The list; `ready` says when it may be asked for. */
export function useMail(ready: () => boolean) {
	const query = reactive<MailQuery>({ words: '', mailbox: '', folder: '', unread: false, attachments: false, sent: false })
	const messages = shallowRef<MailMessage[]>()
	const next = ref<string>()
	const complete = ref(true)
	const oldest = ref<string>()
	const { loading, trouble, load } = useLatest(async (after, signal) => {
		const page = await readMail(query, after, signal)
		return () => {
			messages.value = after === undefined ? page.messages : [...messages.value ?? [], ...page.messages]
			next.value = page.next ?? undefined
			complete.value = page.complete
			oldest.value = page.oldest_looked ?? undefined
		}
	}, ready, () => ({ ...query }), (now, before) => before !== undefined && now.words !== before.words ? PAUSE_MS : 0)

	return { query, messages, next, complete, oldest, loading, trouble, load }
}
