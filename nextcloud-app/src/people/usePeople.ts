/*
 * A search for people while somebody types: asked after a pause, and an answer that was overtaken is not shown.
 */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'

import { readPeople, type Person } from './people.ts'

/** How long somebody may go on typing before a search begins. */
const PAUSE_MS = 250

/** The search; `ready` says when it may be asked. */
export function usePeople(ready: () => boolean) {
	const words = ref('')
	const people = shallowRef<Person[]>()
	const more = ref(false)
	const next = ref<string>()
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
			const page = await readPeople(words.value.trim(), after, mine.signal)
			if (asking === mine) {
				people.value = after === undefined ? page.people : [...people.value ?? [], ...page.people]
				more.value = page.more
				next.value = page.next ?? undefined
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

	watch([words, ready], ([now], [before]) => {
		clearTimeout(timer)
		if (ready()) {
			timer = setTimeout(() => void load(), now === before ? 0 : PAUSE_MS)
		}
	}, { immediate: true })
	onScopeDispose(() => {
		clearTimeout(timer)
		asking?.abort()
		asking = undefined
	})

	return { words, people, more, next, loading, trouble, load }
}
