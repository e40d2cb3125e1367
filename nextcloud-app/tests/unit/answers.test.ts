/*
 * What is filled in and what is sent: nothing absent becomes present, nothing ambiguous is guessed.
 */
import { describe, expect, it } from 'vitest'

import { emptyAnswers, inputsOf, isBlank, readNumber } from '../../src/calculators/answers.ts'
import type { Field } from '../../src/calculators/definition.ts'

const fields: Field[] = [
	{ kind: 'number', name: 'creatinine', title: 'Creatinine', help: '', required: true, derivation: null, units: [{ name: 'mg/dL', minimum: 0.1, maximum: 30 }, { name: 'µmol/L', minimum: 9, maximum: 2650 }] },
	{ kind: 'boolean', name: 'stroke', title: 'Stroke', help: '', required: true },
	{ kind: 'integer', name: 'gcs', title: 'Coma scale', help: '', required: true, minimum: 3, maximum: 15, options: [] },
	{ kind: 'items', name: 'items', title: 'Items', help: '', required: true, items: [{ title: 'One', options: [], minimum: 0, maximum: 3 }, { title: 'Two', options: [], minimum: 0, maximum: 3 }] },
]

describe('an empty form', () => {
	it('sends nothing, not even "no"', () => {
		expect(inputsOf(emptyAnswers(fields))).toEqual({})
		expect(isBlank(emptyAnswers(fields))).toBe(true)
	})
})

describe('a filled form', () => {
	it('sends each number with its unit', () => {
		const answers = { ...emptyAnswers(fields), creatinine: { kind: 'number', text: '120', unit: 'µmol/L' } } as const
		expect(inputsOf(answers)).toEqual({ creatinine: { value: 120, unit: 'µmol/L' } })
	})

	it('sends a "no" that was chosen', () => {
		expect(inputsOf({ stroke: { kind: 'boolean', value: false } })).toEqual({ stroke: false })
	})

	it('keeps the gaps of a list that is half answered', () => {
		expect(inputsOf({ items: { kind: 'items', values: [2, null] } })).toEqual({ items: [2, null] })
	})

	it('leaves out rows that are empty', () => {
		const row = { dose: { kind: 'number', text: '30', unit: 'mg' } } as const
		expect(inputsOf({ drugs: { kind: 'records', rows: [row, {}] } })).toEqual({ drugs: [{ dose: { value: 30, unit: 'mg' } }] })
	})
})

describe('a number', () => {
	it.each([['1.4', 1.4], ['1,4', 1.4], [' 72 ', 72], ['-3.5', -3.5], ['−3', -3], ['0,125', 0.125], ['.5', 0.5], ['1234', 1234], ['1,2345', 1.2345]])('%s is read', (text, value) => {
		expect(readNumber(text)).toEqual({ state: 'number', value })
	})

	it.each(['1,234', '12,000', '-1,500'])('%s is not guessed', (text) => {
		expect(readNumber(text)).toEqual({ state: 'unclear', why: 'ambiguous' })
		expect(inputsOf({ x: { kind: 'number', text, unit: 'mg' } })).toEqual({})
	})

	it.each(['1.2.3', '1 234', 'five', '1e5', '12 mg', '--1'])('%s is no number', (text) => {
		expect(readNumber(text)).toEqual({ state: 'unclear', why: 'not_a_number' })
	})
})
