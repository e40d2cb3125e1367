/*
 * Conversations as the daemon sends them. Nothing here is made up by the page: what a field means stands in the
 * daemon's OpenAPI document.
 */

/** A conversation in a list. */
export interface Conversation {
	id: string
	title: string
	message_count: number
	pinned: boolean
	created_at: string
	updated_at: string
}

/** A rectangle on a page, in parts of its width and height from its upper left corner. */
export interface PageBox {
	/** From 1. */
	page: number
	x0: number
	y0: number
	x1: number
	y1: number
}

/** A numbered source, exact to the sentence. */
export interface Citation {
	number: number
	document_id: string
	chunk_id: string
	file_id: number
	title: string
	path: string
	page: number
	span: { start: number, end: number }
	quote: string
	/** The places of the lines that hold the sentence; none where they are not known. */
	boxes?: PageBox[]
	/** How sure a recogniser was of the text around it, in per cent; absent where text was text. */
	recognised?: number
	score: number
	/** What it is; a file unless said. */
	source?: ItemKind | 'file'
	/** Opens what is not a file. */
	link?: string | null
	/** When the file was changed, the event begins, the task is due or the message was written. */
	date?: string | null
}

/** Something of one's own that is not a file. */
export type ItemKind = 'event' | 'task' | 'contact' | 'message'

/** What a sentence was read from, where that is not a passage. */
export interface Item {
	kind: ItemKind
	id: string
	title: string
	/** Opens it in Nextcloud. */
	link?: string | null
}

/** A sentence of an answer and what it stands on. */
export interface Sentence {
	text: string
	citations: Citation[]
	/** Events, tasks, people or messages it was read from. */
	items?: Item[]
}

/** How far an answer can be trusted, each from 0 to 1. */
export interface Confidence {
	retrieval: number
	selection: number
}

/** A value the assistant read from the words of a person. */
export interface CalculationInput {
	name: string
	title: string
	value: unknown
	unit: string
	said: string
}

/** A value it still needs. */
export interface MissingInput {
	name: string
	title: string
	help: string
	answer: string
}

/** A calculation as far as it has come. */
export interface Calculation {
	state: 'proposed' | 'needs_input' | 'done' | 'cancelled'
	calculator: string | null
	title: string | null
	inputs: CalculationInput[]
	missing: MissingInput[]
	candidates: { id: string, title: string }[]
	result: Record<string, unknown> | null
}

/** What is asked back, because a question leaves something open. */
export interface Clarification {
	question: string
	/** Answers to choose from; any other will do as well. */
	options: string[]
	missing: string[]
}

/** How an answer ended. */
export interface Turn {
	outcome: 'answered' | 'not_found' | 'clarify' | null
	stopped: boolean
	confidence: Confidence | null
	sensitivity: 'public' | 'internal' | 'personal' | 'health'
	model: string | null
	steps: string[]
	calculation: Calculation | null
	clarification: Clarification | null
}

/** What a reader thought of an answer. */
export type Rating = 'helpful' | 'not_helpful'

/** Something that was said. */
export interface Message {
	id: string
	role: 'user' | 'assistant'
	text: string
	sentences: Sentence[]
	citations: Citation[]
	withheld: number
	turn: Turn | null
	rating: Rating | null
	created_at: string
}

/** One event of a streamed answer. */
export type AnswerEvent =
	| { type: 'sources', considered: number }
	| { type: 'sentence', text: string, citations: Citation[], items?: Item[] }
	| { type: 'done', outcome: 'answered' | 'not_found' | 'clarify', confidence: Confidence, sensitivity: Turn['sensitivity'], model: string, steps: string[] }
	| { type: 'error', problem: { status: number, code: string, title: string, detail: string } }
	| ({ type: 'calculation' } & Calculation)
	| ({ type: 'clarification' } & Clarification)

/** A piece of a document in its place. */
export interface Passage {
	document_id: string
	chunk_id: string
	file_id: number
	title: string
	path: string
	heading: string
	pages: { first: number, last: number }
	span: { start: number, end: number }
	text: string
}
