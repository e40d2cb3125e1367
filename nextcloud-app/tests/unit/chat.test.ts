/*
 * A conversation on the page: streamed, stopped, failed, asked again; and what is made of it for a note.
 */
import { effectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Problem } from '../../src/api/problem.ts'
import * as daemon from '../../src/chat/conversations.ts'
import { everything } from '../../src/chat/filters.ts'
import { answerAsMarkdown, cited, conversationAsMarkdown, sourcesOf } from '../../src/chat/markdown.ts'
import { runsOf } from '../../src/chat/place.ts'
import { titleOf } from '../../src/chat/title.ts'
import { useChat } from '../../src/chat/useChat.ts'
import type { AnswerEvent, Citation, Conversation, Message } from '../../src/chat/wire.ts'

vi.mock('../../src/chat/conversations.ts')

const citation = (number: number, over: Partial<Citation> = {}): Citation => ({
	number, document_id: 'd', chunk_id: `c${number}`, file_id: 7, title: 'AF.pdf', path: '/Clinic/AF.pdf', page: 3, span: { start: 0, end: 5 }, quote: 'Start  at\n25 mg.', score: 0.5, ...over,
})
const conversation: Conversation = { id: 'one', title: 'Metoprolol', message_count: 2, pinned: false, created_at: '2026-01-01T10:00:00Z', updated_at: '2026-01-01T10:00:00Z' }
const message = (over: Partial<Message> = {}): Message => ({
	id: 'm', role: 'assistant', text: '25 mg.', sentences: [{ text: '25 mg.', citations: [citation(1)] }], citations: [citation(1)], withheld: 0, turn: null, rating: null, created_at: '2026-01-01T10:00:00Z', ...over,
})
const question = message({ id: 'q', role: 'user', text: 'How much?', sentences: [{ text: 'How much?', citations: [] }], citations: [] })
const done: AnswerEvent = { type: 'done', outcome: 'answered', confidence: { retrieval: 1, selection: 1 }, sensitivity: 'internal', model: 'extractive', steps: [] }

async function* told(...events: (AnswerEvent | Error)[]): AsyncGenerator<AnswerEvent> {
	for (const event of events) {
		if (event instanceof Error) {
			throw event
		}
		yield event
	}
}

describe('a chat', () => {
	let scope: ReturnType<typeof effectScope>
	let chat: ReturnType<typeof useChat>
	const changed: Conversation[] = []

	beforeEach(() => {
		changed.length = 0
		vi.mocked(daemon.createConversation).mockResolvedValue(conversation)
		vi.mocked(daemon.readConversation).mockResolvedValue({ conversation, messages: [question, message()] })
		scope = effectScope()
		scope.run(() => { chat = useChat((now) => changed.push(now)) })
	})
	afterEach(() => {
		scope.stop()
		vi.resetAllMocks()
	})

	it('begins with its first question and shows what the daemon kept', async () => {
		vi.mocked(daemon.ask).mockReturnValue(told({ type: 'sources', considered: 3 }, { type: 'sentence', text: '25 mg.', citations: [] }, done))
		const begun = vi.fn()
		await chat.send('How much?', everything(), undefined, begun)
		expect(begun).toHaveBeenCalledWith('one')
		expect(daemon.createConversation).toHaveBeenCalledWith('How much?')
		expect(chat.messages.value.map((one) => one.id)).toEqual(['q', 'm'])
		expect(chat.writing.value).toBeUndefined()
		expect(chat.trouble.value).toBeUndefined()
		expect(changed.length).toBeGreaterThan(0)
	})

	it('shows what is asked back while the answer comes', async () => {
		let release = () => {}
		const waiting = new Promise<void>((resolve) => { release = resolve })
		vi.mocked(daemon.ask).mockImplementation(async function* () {
			yield { type: 'clarification', question: 'For which drug?', options: ['apixaban', 'warfarin'], missing: ['drug'] }
			yield { type: 'sentence', text: 'For which drug?', citations: [] }
			await waiting
			yield { ...done, outcome: 'clarify' } as AnswerEvent
		})
		const sent = chat.send('What is the dose?', everything(), undefined, () => {})
		await vi.waitFor(() => expect(chat.writing.value?.clarification?.options).toEqual(['apixaban', 'warfarin']))
		release()
		await sent
		expect(chat.trouble.value).toBeUndefined()
	})

	it('says how long to wait when it was asked too often', async () => {
		vi.mocked(daemon.ask).mockReturnValue(told(new Problem(429, 'too_many_requests', 'Too many.', [], {}, 12)))
		await chat.send('Again?', everything(), undefined, () => {})
		expect(chat.trouble.value).toMatchObject({ code: 'too_many_requests', wait: 12, question: 'Again?' })
	})

	it('shows sentences as they come', async () => {
		let release = () => {}
		const waiting = new Promise<void>((resolve) => { release = resolve })
		vi.mocked(daemon.ask).mockImplementation(async function* () {
			yield { type: 'sentence', text: 'First.', citations: [] }
			await waiting
			yield done
		})
		const sent = chat.send('How much?', everything(), undefined, () => {})
		await vi.waitFor(() => expect(chat.writing.value?.sentences.map((one) => one.text)).toEqual(['First.']))
		expect(chat.busy.value).toBe(true)
		release()
		await sent
		expect(chat.busy.value).toBe(false)
	})

	it('says when the line broke before the end, and what to ask again', async () => {
		vi.mocked(daemon.ask).mockReturnValue(told({ type: 'sentence', text: 'First.', citations: [] }))
		await chat.send('How much?', everything(), undefined, () => {})
		expect(chat.trouble.value).toMatchObject({ code: 'interrupted', question: 'How much?' })
	})

	it('repeats the daemon\'s own words when it cannot go on', async () => {
		vi.mocked(daemon.ask).mockReturnValue(told({ type: 'error', problem: { status: 503, code: 'timed_out', title: 'Took too long', detail: 'Try again in a moment.' } }))
		await chat.send('How much?', everything(), undefined, () => {})
		expect(chat.trouble.value).toMatchObject({ code: 'timed_out', message: 'Try again in a moment.' })
	})

	it('takes back what followed a question that is asked anew', async () => {
		vi.mocked(daemon.ask).mockReturnValue(told(done))
		await chat.open('one')
		const sent = chat.send('Instead?', everything(), 'q', () => {})
		expect(chat.messages.value).toEqual([])
		await sent
		expect(daemon.ask).toHaveBeenCalledWith('one', 'Instead?', everything(), 'q', expect.any(AbortSignal))
	})

	it('asks in the same place again when nothing was taken', async () => {
		vi.mocked(daemon.ask).mockReturnValue(told(new Problem(503, 'unavailable', 'Away.')))
		await chat.open('one')
		await chat.send('Instead?', everything(), 'q', () => {})
		expect(chat.trouble.value).toMatchObject({ question: 'Instead?', replaces: 'q' })
	})

	it('stops without calling it a trouble', async () => {
		vi.mocked(daemon.ask).mockImplementation(async function* (_id, _question, _filters, _replaces, signal) {
			yield { type: 'sentence', text: 'First.', citations: [] }
			await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError'))))
		})
		const sent = chat.send('How much?', everything(), undefined, () => {})
		await vi.waitFor(() => expect(chat.writing.value?.sentences).toHaveLength(1))
		chat.stop()
		await sent
		expect(chat.trouble.value).toBeUndefined()
		expect(chat.busy.value).toBe(false)
	})

	it('says that another person\'s conversation does not exist', async () => {
		vi.mocked(daemon.readConversation).mockRejectedValue(new Problem(404, 'conversation_not_found', 'No.'))
		await chat.open('one')
		expect(chat.missing.value).toBe(true)
		expect(chat.messages.value).toEqual([])
	})

	it('takes a rating back when the daemon did not keep it', async () => {
		vi.mocked(daemon.rate).mockRejectedValue(new Problem(0, 'unreachable', 'Away.'))
		const answer = message()
		await chat.judge(answer, 'helpful')
		expect(answer.rating).toBeNull()
		vi.mocked(daemon.rate).mockResolvedValue()
		await chat.judge(answer, 'helpful')
		expect(answer.rating).toBe('helpful')
		await chat.judge(answer, 'helpful')
		expect(answer.rating).toBeNull()
	})
})

describe('an answer for a note', () => {
	it('names the source behind each sentence and lists every source once', () => {
		const sentences = [{ text: 'Start at 25 mg.', citations: [citation(1), citation(1)] }, { text: 'Then 50 mg.', citations: [citation(2), citation(1)] }]
		expect(cited(sentences)).toBe('Start at 25 mg. [1] Then 50 mg. [2][1]')
		expect(sourcesOf(sentences).map((one) => one.number)).toEqual([1, 2])
	})

	it('says what was withheld', () => {
		const text = answerAsMarkdown(message({ withheld: 2 }))
		expect(text).toContain('25 mg. [1]')
		expect(text).toContain('2 sentences are not shown')
		expect(text).toContain('[1] AF.pdf, page 3: “Start at 25 mg.”')
	})

	it('is part of the whole conversation', () => {
		const text = conversationAsMarkdown(conversation, [question, message()])
		expect(text).toMatch(/^# Metoprolol\n/)
		expect(text).toContain('## Question (2026-01-01 10:00 UTC)\n\nHow much?')
		expect(text).toContain('## Answer')
	})
})

describe('a passage', () => {
	const passage = (start: number, text: string, chunk = 'c1') => ({ document_id: 'd', chunk_id: chunk, file_id: 7, title: '', path: '', heading: '', pages: { first: 1, last: 1 }, span: { start, end: start + [...text].length }, text })

	it('has the quoted sentence marked, counted in code points', () => {
		const runs = runsOf([passage(100, '🫀🫀 Start. End.')], citation(1, { span: { start: 103, end: 109 } }))
		expect(runs).toEqual([{ text: '🫀🫀 ', marked: false }, { text: 'Start.', marked: true }, { text: ' End.', marked: false }])
	})

	it('says nothing twice where pieces overlap', () => {
		const runs = runsOf([passage(0, 'One two '), passage(4, 'two three'), passage(30, 'later')], citation(1, { span: { start: 8, end: 13 } }))
		expect(runs.map((run) => run.text).join('')).toBe('One two three\n\nlater')
		expect(runs.filter((run) => run.marked).map((run) => run.text)).toEqual(['three'])
	})
})

describe('a title', () => {
	it('is the question, cut at a word', () => {
		expect(titleOf('  How\nmuch? ')).toBe('How much?')
		const long = titleOf('What does our protocol say about anticoagulation after ablation in patients with a prior bleeding?')
		expect(long.length).toBeLessThanOrEqual(81)
		expect(long).toMatch(/\w…$/)
		expect('What does our protocol say about anticoagulation after ablation in patients with').toContain(long.slice(0, -1))
	})
})
