/*
 * Something asked for again and again while somebody types: only the answer to the last question counts, whichever comes last.
 */
import { onScopeDispose, ref, watch } from 'vue'

/**
 * `ask` takes the page to go on from, and a signal that ends it, and gives back what to do with the answer. `changes` is what a new
 * question follows from; `pause` says how long to wait, in milliseconds, after a change.
 */
export function useLatest<Source>(
	ask: (after: string | undefined, signal: AbortSignal) => Promise<() => void>,
	ready: () => boolean,
	changes: () => Source,
	pause: (now: Source, before: Source | undefined) => number,
) {
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
			const take = await ask(after, mine.signal)
			if (asking === mine) {
				take()
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

	watch([changes, ready], ([now], [before]) => {
		clearTimeout(timer)
		if (ready()) {
			timer = setTimeout(() => void load(), pause(now, before))
		}
	}, { immediate: true })
	onScopeDispose(() => {
		clearTimeout(timer)
		asking?.abort()
		asking = undefined
	})

	return { loading, trouble, load }
}
