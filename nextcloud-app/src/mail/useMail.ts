/*
 * A list of messages while somebody looks for some: asked after a pause, added to page by page. The daemon compares a part of the
 * mail at a time; where it has not come to the end, that is said and gone on with.
 */
import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'

import { readMail, type MailMessage, type MailQuery } from './wire.ts'

/** How long somebody may go on typing before a search begins. */
const PAUSE_MS = 350

/** The list; `ready` says when it may be asked for. */
export function useMail(ready: () => boolean) {
	const query = reactive<MailQuery>({ words: '', mailbox: '', folder: '', unread: false, attachments: false, sent: false })
	const messages = shallowRef<MailMessage[]>()
	const next = ref<string>()
	const complete = ref(true)
	const oldest = ref<string>()
	const loading = ref(false)
	const trouble = ref('')
	let asking: AbortController | undefined
	let timer: ReturnType<typeof setTimeout> | undefined

	async function load(after?: string) {
		asking?.abort()
		const mine = new AbortController()
		asking = mine
		loading.value = true
		try {
			const page = await readMail(query, after, mine.signal)
			if (asking === mine) {
				messages.value = after === undefined ? page.messages : [...messages.value ?? [], ...page.messages]
				next.value = page.next ?? undefined
				complete.value = page.complete
				oldest.value = page.oldest_looked ?? undefined
				trouble.value = ''
			}
		} catch (error) {
			if (asking === mine) {
				trouble.value = error instanceof Error ? error.message : String(error)
			}
		} finally {
			if (asking === mine) {
				loading.value = false
			}
		}
	}

	watch([() => ({ ...query }), ready], ([now], [before]) => {
		clearTimeout(timer)
		if (ready()) {
			timer = setTimeout(() => void load(), before !== undefined && now.words !== before.words ? PAUSE_MS : 0)
		}
	}, { immediate: true })
	onScopeDispose(() => {
		clearTimeout(timer)
		asking?.abort()
		asking = undefined
	})

	return { query, messages, next, complete, oldest, loading, trouble, load }
}
