/*
 * Mail in words, and a text whose quoted parts are set apart.
 */
import { describe, expect, it } from 'vitest'

import { folderWords, partsOf, peopleWords, personWords, whenWords } from '../../src/mail/words.ts'

describe('a text', () => {
	const check = (text: string, quoted: [number, number][], parts: [string, boolean][]) =>
		expect(partsOf(text, quoted.map(([start, end]) => ({ start, end }))).map((part) => [part.text, part.quoted])).toEqual(parts)

	it('is one part when nothing is quoted', () => check('Thank you.', [], [['Thank you.', false]]))

	it('has what it quotes apart', () => check('Yes.\n\n> May I?\n\nRegards', [[6, 14]], [['Yes.', false], ['> May I?', true], ['Regards', false]]))

	it('is counted in code points', () => check('👍👍\n> ok', [[3, 7]], [['👍👍', false], ['> ok', true]]))

	it('keeps every word where spans overlap, reach too far or come in disorder', () => {
		const text = 'abcdefghij'
		const parts = partsOf(text, [{ start: 6, end: 99 }, { start: 2, end: 5 }, { start: 4, end: 7 }])
		expect(parts.map((part) => part.text).join('')).toBe(text)
		expect(parts[0]).toEqual({ text: 'ab', quoted: false })
	})
})

describe('people and places', () => {
	it('are called what they are called', () => {
		expect(personWords({ name: 'Mei Lin', address: 'lin@clinic.example' })).toBe('Mei Lin')
		expect(personWords({ name: '', address: 'lin@clinic.example' })).toBe('lin@clinic.example')
		expect(personWords({ name: null, address: null })).toBe('somebody unnamed')
		const many = ['A', 'B', 'C', 'D', 'E'].map((name) => ({ name, address: null }))
		expect(peopleWords(many)).toBe('A, B, C and 2 others')
		expect(folderWords({ name: 'INBOX', role: 'inbox' })).toBe('Inbox')
		expect(folderWords({ name: 'Ward/Letters', role: 'other' })).toBe('Ward/Letters')
	})

	it('are dated as one needs it', () => {
		const now = new Date(2026, 10, 23, 16, 0)
		expect(whenWords(new Date(2026, 10, 23, 9, 5).toISOString(), now)).toMatch(/^9:05\sAM$/)
		expect(whenWords(new Date(2026, 2, 3, 9, 5).toISOString(), now)).toBe('Mar 3')
		expect(whenWords(new Date(2024, 2, 3, 9, 5).toISOString(), now)).toBe('Mar 3, 2024')
	})
})
