/*
 * The connection as the whole page knows it. It is asked for once, and again every few seconds while documents are on
 * their way or something is wrong, but only while somebody looks at the page.
 */
import { computed, ref } from 'vue'

import { Problem } from '../api/problem.ts'
import { readConnection, unread, type Connection } from './connection.ts'

/** How often a connection is asked about while something moves, and while nothing does. */
const MOVING_MS = 5_000
const STILL_MS = 60_000

/** What is known. */
export type Standing = 'asking' | 'connected' | 'not_connected' | 'not_paired' | 'unreachable'

const standing = ref<Standing>('asking')
const connection = ref<Connection>()
const trouble = ref('')
let timer: ReturnType<typeof setTimeout> | undefined
let users = 0

async function look(): Promise<void> {
	clearTimeout(timer)
	try {
		connection.value = await readConnection()
		standing.value = 'connected'
		trouble.value = ''
	} catch (error) {
		if (error instanceof Problem && error.code === 'account_not_connected') {
			connection.value = undefined
			standing.value = 'not_connected'
		} else {
			trouble.value = error instanceof Error ? error.message : String(error)
			standing.value = error instanceof Problem && error.code === 'not_paired' ? 'not_paired' : 'unreachable'
		}
	}
	plan()
}

function plan() {
	clearTimeout(timer)
	if (users > 0) {
		const moving = standing.value === 'unreachable' || (connection.value !== undefined && (unread(connection.value.documents) > 0 || connection.value.state !== 'connected'))
		timer = setTimeout(() => document.hidden ? plan() : void look(), moving ? MOVING_MS : STILL_MS)
	}
}

/** The connection; the first user begins to look, the last one ends it. */
export function useConnection() {
	return {
		standing,
		connection,
		trouble,
		look,
		reading: computed(() => connection.value === undefined ? 0 : unread(connection.value.documents)),
		/** Begins to look; call the result to stop. */
		watch() {
			users++
			void look()
			return () => {
				users--
				if (users === 0) {
					clearTimeout(timer)
				}
			}
		},
	}
}
