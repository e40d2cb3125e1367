/*
 * Answers and whole conversations as Markdown, each sentence with the numbers of its sources and the sources below. What
 * was withheld is said, never filled in.
 */
import { n, t } from '@nextcloud/l10n'

import { placeWords } from './items.ts'
import type { Citation, Conversation, Message, Sentence } from './wire.ts'

/** Sentences with their numbers. */
export function cited(sentences: Sentence[]): string {
	return sentences.map((sentence) => {
		const marks = [...new Set(sentence.citations.map((citation) => citation.number))].map((number) => `[${number}]`).join('')
		return marks === '' ? sentence.text : `${sentence.text} ${marks}`
	}).join(' ')
}

/** Each source once, in the order of its number. */
export function sourcesOf(sentences: Sentence[]): Citation[] {
	const byNumber = new Map<number, Citation>()
	for (const citation of sentences.flatMap((sentence) => sentence.citations)) {
		if (!byNumber.has(citation.number)) {
			byNumber.set(citation.number, citation)
		}
	}
	return [...byNumber.values()].sort((a, b) => a.number - b.number)
}

/** One answer for a note. */
export function answerAsMarkdown(message: Message): string {
	const lines = [cited(message.sentences)]
	if (message.withheld > 0) {
		lines.push('', withheldWords(message.withheld))
	}
	const sources = sourcesOf(message.sentences)
	if (sources.length > 0) {
		lines.push('', ...sources.map(sourceLine))
	}
	return lines.join('\n')
}

/** A whole conversation for a file. */
export function conversationAsMarkdown(conversation: Conversation, messages: Message[]): string {
	const blocks = [`# ${conversation.title || t('voiceassist', 'Conversation')}`]
	for (const message of messages) {
		const who = message.role === 'user' ? t('voiceassist', 'Question') : t('voiceassist', 'Answer')
		const body = message.role === 'user' ? message.text : answerAsMarkdown(message)
		blocks.push(`## ${who} (${new Date(message.created_at).toISOString().slice(0, 16).replace('T', ' ')} UTC)`, body)
	}
	blocks.push(`---\n${t('voiceassist', 'Answers are taken from the documents named. Check the source before acting on it.')}`)
	return `${blocks.join('\n\n')}\n`
}

/** That sentences are missing. */
export function withheldWords(count: number): string {
	return n('voiceassist', '%n sentence is not shown, because its source may not be read now.', '%n sentences are not shown, because their sources may not be read now.', count)
}

function sourceLine(citation: Citation): string {
	const place = `${citation.title}, ${placeWords(citation)}`
	return `[${citation.number}] ${place}: “${citation.quote.replace(/\s+/g, ' ').trim()}”`
}
