/*
 * The list of conversations beside the page, shared by everything that changes it. A search replaces the list until it
 * is emptied; titles alone are searched, because what was said is sealed on the daemon.
 */
import { computed, ref, shallowRef, watch } from 'vue'

import { changeConversation, deleteConversation, listConversations, searchConversations } from './conversations.ts'
import type { Conversation } from './wire.ts'

/** How long somebody may go on typing before a search begins. */
const PAUSE_MS = 200

const pinned = ref<Conversation[]>([])
const recent = ref<Conversation[]>([])
const next = ref<string>()
const query = ref('')
const found = ref<Conversation[]>()
const loading = ref(false)
const trouble = ref('')
/** The conversation that was renamed or pinned last, for whoever shows it as well. */
const changed = shallowRef<Conversation>()
/** The one somebody is asked about before it is deleted. */
const doomed = shallowRef<Conversation>()

let searching: AbortController | undefined
let timer: ReturnType<typeof setTimeout> | undefined

function without(id: string) {
	pinned.value = pinned.value.filter((one) => one.id !== id)
	recent.value = recent.value.filter((one) => one.id !== id)
	found.value = found.value?.filter((one) => one.id !== id)
}

/** Puts a conversation where it belongs: it was begun, renamed, pinned or spoken in. */
function place(conversation: Conversation) {
	const list = conversation.pinned ? pinned : recent
	const other = conversation.pinned ? recent : pinned
	other.value = other.value.filter((one) => one.id !== conversation.id)
	list.value = [conversation, ...list.value.filter((one) => one.id !== conversation.id)]
		.sort((a, b) => b.updated_at.localeCompare(a.updated_at))
	found.value = found.value?.map((one) => one.id === conversation.id ? conversation : one)
}

async function load() {
	loading.value = true
	trouble.value = ''
	try {
		const [top, others] = await Promise.all([listConversations(true), listConversations(false)])
		pinned.value = top.conversations
		recent.value = others.conversations
		next.value = others.next
	} catch (error) {
		trouble.value = error instanceof Error ? error.message : String(error)
	} finally {
		loading.value = false
	}
}

async function loadMore() {
	if (next.value === undefined || loading.value) {
		return
	}
	loading.value = true
	try {
		const page = await listConversations(false, next.value)
		const known = new Set(recent.value.map((one) => one.id))
		recent.value = [...recent.value, ...page.conversations.filter((one) => !known.has(one.id))]
		next.value = page.next
	} catch (error) {
		trouble.value = error instanceof Error ? error.message : String(error)
	} finally {
		loading.value = false
	}
}

watch(query, (words) => {
	clearTimeout(timer)
	searching?.abort()
	if (words.trim() === '') {
		found.value = undefined
		return
	}
	timer = setTimeout(async () => {
		const mine = new AbortController()
		searching = mine
		try {
			const answer = await searchConversations(words.trim().slice(0, 200), mine.signal)
			if (searching === mine) {
				found.value = answer
			}
		} catch (error) {
			if (!mine.signal.aborted) {
				trouble.value = error instanceof Error ? error.message : String(error)
			}
		}
	}, PAUSE_MS)
})

/** The list and what can be done with it. */
export function useConversations() {
	return {
		pinned,
		recent,
		query,
		found,
		loading,
		trouble,
		hasMore: computed(() => next.value !== undefined),
		load,
		loadMore,
		place,
		changed,
		doomed,
		/** Does something about a conversation; what goes wrong is said above the list. */
		async attempt(does: () => Promise<void>) {
			trouble.value = ''
			try {
				await does()
			} catch (error) {
				trouble.value = error instanceof Error ? error.message : String(error)
			}
		},
		async rename(conversation: Conversation, title: string) {
			changed.value = await changeConversation(conversation.id, { title })
			place(changed.value)
		},
		async pin(conversation: Conversation, keep: boolean) {
			changed.value = await changeConversation(conversation.id, { pinned: keep })
			place(changed.value)
		},
		async remove(conversation: Conversation) {
			await deleteConversation(conversation.id)
			without(conversation.id)
		},
	}
}
