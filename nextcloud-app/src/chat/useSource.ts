/*
 * The source that is open beside the conversation, and where the focus goes when it is closed.
 */
import { ref, shallowRef } from 'vue'

import type { Citation } from './wire.ts'

const source = shallowRef<Citation>()
const open = ref(false)
let opener: HTMLElement | undefined

/** The one open source of the page. */
export function useSource() {
	return {
		source,
		open,
		show(citation: Citation) {
			opener = document.activeElement instanceof HTMLElement ? document.activeElement : undefined
			source.value = citation
			open.value = true
		},
		close() {
			open.value = false
			opener?.focus()
			opener = undefined
		},
	}
}
