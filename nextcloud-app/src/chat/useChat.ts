/*
 * One open conversation and the answer that is being written. A stopped answer keeps what was shown; after every turn the
 * conversation is read again, so that what stands on the page is what the daemon keeps.
 */
import { t } from '@nextcloud/l10n'
import { computed, onScopeDispose, ref, shallowRef } from 'vue'

import { Problem } from '../api/problem.ts'
import { ask, createConversation, rate, readConversation } from './conversations.ts'
import type { Filters } from './filters.ts'
import { titleOf } from './title.ts'
import type { AnswerEvent, Calculation, Clarification, Conversation, Message, Rating, Sentence } from './wire.ts'

/** An answer while it is written. */
export interface Writing {
	question: string
	/** How many passages were considered; nothing before they are found. */
	considered: number | undefined
	sentences: Sentence[]
	calculation: Calculation | undefined
	clarification: Clarification | undefined
}

/** A turn that came to nothing, and how to try again. */
export interface Trouble {
	code: string
	message: string
	/** What was asked, if it can be asked again. */
	question: string
	/** The question it was to replace. */
	replaces: string | undefined
	/** Seconds to wait before it is asked again; none when it can be asked at once. */
	wait: number
}

/** The state of the open conversation. `onChange` hears of every change of title or time. */
export function useChat(onChange: (conversation: Conversation) => void) {
	const conversation = shallowRef<Conversation>()
	const messages = ref<Message[]>([])
	const writing = ref<Writing>()
	const trouble = ref<Trouble>()
	const loading = ref(false)
	const missing = ref(false)
	let turn: AbortController | undefined
	let opened = 0

	function reset() {
		turn?.abort()
		turn = undefined
		conversation.value = undefined
		messages.value = []
		writing.value = undefined
		trouble.value = undefined
		missing.value = false
	}

	async function refresh(id: string, generation: number) {
		const read = await readConversation(id)
		if (generation === opened) {
			conversation.value = read.conversation
			messages.value = read.messages
			onChange(read.conversation)
		}
	}

	async function open(id: string | undefined) {
		if (id !== undefined && conversation.value?.id === id) {
			return
		}
		const generation = ++opened
		reset()
		if (id === undefined) {
			return
		}
		loading.value = true
		try {
			await refresh(id, generation)
		} catch (error) {
			if (generation === opened) {
				missing.value = error instanceof Problem && error.status === 404
				trouble.value = missing.value ? undefined : { ...troubleOf(error), question: '', replaces: undefined }
			}
		} finally {
			if (generation === opened) {
				loading.value = false
			}
		}
	}

	function take(event: AnswerEvent, into: Writing) {
		if (event.type === 'sources') {
			into.considered = event.considered
		} else if (event.type === 'sentence') {
			into.sentences.push({ text: event.text, citations: event.citations, items: event.items ?? [] })
		} else if (event.type === 'calculation') {
			into.calculation = event
		} else if (event.type === 'clarification') {
			into.clarification = event
		} else if (event.type === 'error') {
			throw new Problem(event.problem.status, event.problem.code, event.problem.detail)
		}
	}

	/** Asks; a first question begins the conversation. Returns its id as soon as there is one. */
	async function send(question: string, filters: Filters, replaces: string | undefined, onBegun: (id: string) => void) {
		const generation = opened
		trouble.value = undefined
		turn?.abort()
		const mine = new AbortController()
		turn = mine
		if (replaces !== undefined) {
			const place = messages.value.findIndex((message) => message.id === replaces)
			messages.value = place < 0 ? messages.value : messages.value.slice(0, place)
		}
		writing.value = { question, considered: undefined, sentences: [], calculation: undefined, clarification: undefined }
		const shown = writing.value
		let kept = false
		try {
			if (conversation.value === undefined) {
				conversation.value = await createConversation(titleOf(question))
				onChange(conversation.value)
				onBegun(conversation.value.id)
			}
			let ended = false
			for await (const event of ask(conversation.value.id, question, filters, replaces, mine.signal)) {
				kept = true
				take(event, shown)
				ended ||= event.type === 'done'
			}
			if (!ended) {
				throw new Problem(0, 'interrupted', t('voiceassist', 'The connection was lost before the answer was complete.'))
			}
		} catch (error) {
			if (!mine.signal.aborted && generation === opened) {
				trouble.value = { ...troubleOf(error), question, replaces: kept ? undefined : replaces }
			}
		}
		if (generation === opened && turn === mine) {
			turn = undefined
			await settle(generation)
		}
	}

	/** Shows what the daemon has kept of the turn. */
	async function settle(generation: number) {
		const id = conversation.value?.id
		try {
			if (id !== undefined) {
				await refresh(id, generation)
			}
		} catch (error) {
			if (generation === opened && trouble.value === undefined) {
				trouble.value = { ...troubleOf(error), question: '', replaces: undefined }
			}
		}
		if (generation === opened && turn === undefined) {
			writing.value = undefined
		}
	}

	onScopeDispose(() => {
		opened++
		turn?.abort()
	})

	return {
		conversation,
		messages,
		writing,
		trouble,
		loading,
		missing,
		busy: computed(() => writing.value !== undefined),
		open,
		send,
		/** Stops the answer that is being written; what was shown stays. */
		stop() {
			turn?.abort()
		},
		/** Keeps what the reader thinks of an answer; the same again takes it back. */
		async judge(message: Message, rating: Rating) {
			const before = message.rating
			message.rating = before === rating ? null : rating
			try {
				await rate(message.id, message.rating)
			} catch {
				message.rating = before
			}
		},
	}
}

/** What is said when the daemon asks for patience and does not say how long. */
const PATIENCE_SECONDS = 10

function troubleOf(error: unknown): { code: string, message: string, wait: number } {
	if (!(error instanceof Problem)) {
		return { code: 'unknown', message: String(error), wait: 0 }
	}
	if (error.status === 429) {
		return { code: error.code, message: t('voiceassist', 'Those were many questions in a short time. Please wait a moment.'), wait: error.wait ?? PATIENCE_SECONDS }
	}
	return { code: error.code, message: error.message, wait: error.wait ?? 0 }
}
