/*
 * What the page asks the daemon about conversations, one function per question.
 */
import { client } from '../api/client.ts'
import { Problem } from '../api/problem.ts'
import { deviceZone } from '../day/agenda.ts'
import { narrowing, type Filters } from './filters.ts'
import type { AnswerEvent, Conversation, Message, Passage, Rating } from './wire.ts'

/** The most messages of one conversation the page reads. */
const MAX_MESSAGES = 1000

interface Listed {
	conversations: Conversation[]
	next?: string
}

/** One page of conversations: those kept at the top, or the others. */
export async function listConversations(pinned: boolean, after?: string): Promise<Listed> {
	const from = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
	return client.json<Listed>(`conversations?pinned=${pinned}&limit=${pinned ? 100 : 40}${from}`)
}

/** Conversations whose title has these words. */
export async function searchConversations(query: string, signal: AbortSignal): Promise<Conversation[]> {
	return (await client.json<Listed>(`conversations/search?query=${encodeURIComponent(query)}`, { signal })).conversations
}

/** Begins one. */
export async function createConversation(title: string): Promise<Conversation> {
	return client.json<Conversation>('conversations', { method: 'POST', body: { title } })
}

/** Renames one, or keeps it at the top. */
export async function changeConversation(id: string, changes: { title?: string, pinned?: boolean }): Promise<Conversation> {
	return client.json<Conversation>(`conversations/${id}`, { method: 'PATCH', body: changes })
}

/** Deletes one with everything said in it. */
export async function deleteConversation(id: string): Promise<void> {
	await client.done(`conversations/${id}`, { method: 'DELETE' })
}

/** One with everything that was said. */
export async function readConversation(id: string): Promise<{ conversation: Conversation, messages: Message[] }> {
	const messages: Message[] = []
	let after = ''
	for (;;) {
		const page = await client.json<{ conversation: Conversation, messages: Message[], next?: string }>(`conversations/${id}?limit=100${after}`)
		messages.push(...page.messages)
		if (page.next === undefined || messages.length >= MAX_MESSAGES) {
			return { conversation: page.conversation, messages }
		}
		after = `&after=${encodeURIComponent(page.next)}`
	}
}

/** What a daemon says that does not know this device's time zone, or not yet that questions have one. */
const NO_ZONE = ['invalid_parameter', 'unknown_field']

/** Asks by the clock of this device, perhaps in the place of an earlier question. Giving up the signal stops the answer. */
export async function* ask(id: string, question: string, filters: Filters, replaces: string | undefined, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
	const body = { question, ...replaces === undefined ? {} : { replaces }, ...narrowing(filters) }
	const send = (more: object) => client.stream<AnswerEvent>(`conversations/${id}/ask`, { method: 'POST', body: { ...body, ...more }, signal })
	try {
		yield* send({ zone: deviceZone() })
	} catch (error) {
		if (!(error instanceof Problem) || !NO_ZONE.includes(error.code)) {
			throw error
		}
		// Refused before anything was asked; then the zone of the person's calendars stands.
		yield* send({})
	}
}

/** Keeps what a reader thought of an answer. */
export async function rate(message: string, rating: Rating | null): Promise<void> {
	await client.done(`messages/${message}/rating`, { method: 'PUT', body: { rating } })
}

/** The passage a citation names, with its surroundings. */
export async function readPassage(chunk: string): Promise<Passage[]> {
	return (await client.json<{ passages: Passage[] }>(`passages/${chunk}`)).passages
}
