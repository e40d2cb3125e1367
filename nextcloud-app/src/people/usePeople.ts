/*
 * A search for people while somebody types: asked after a pause, and an answer that was overtaken is not shown.
 */
import { ref, shallowRef } from 'vue'

import { readPeople, type Person } from './people.ts'
import { useLatest } from '../useLatest.ts'

/** How long somebody may go on typing before a search begins. */
const PAUSE_MS = 250

/** The search; `ready` says when it may be asked. */
export function usePeople(ready: () => boolean) {
	const words = ref('')
	const people = shallowRef<Person[]>()
	const more = ref(false)
	const next = ref<string>()
	const { loading, trouble, load } = useLatest(async (after, signal) => {
		const page = await readPeople(words.value.trim(), after, signal)
		return () => {
			people.value = after === undefined ? page.people : [...people.value ?? [], ...page.people]
			more.value = page.more
			next.value = page.next ?? undefined
		}
	}, ready, () => words.value, (now, before) => now === before ? 0 : PAUSE_MS)

	return { words, people, more, next, loading, trouble, load }
}
