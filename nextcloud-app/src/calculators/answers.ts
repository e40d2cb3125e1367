/*
 * What somebody has filled in, and how it becomes the inputs of a computation. An empty field stays absent: nothing
 * here turns a missing answer into "no" or into a normal value. Numbers are read strictly, because "1,234" means two
 * things on two sides of the Atlantic and a factor of a thousand is a dose.
 */
import type { Field } from './definition.ts'

/** One answer as it stands in the form. */
export type Answer =
	| { kind: 'number', text: string, unit: string }
	| { kind: 'integer', text: string }
	| { kind: 'boolean', value: boolean | null }
	| { kind: 'choice', value: string | number | null }
	| { kind: 'items', values: (number | null)[] }
	| { kind: 'date', text: string }
	| { kind: 'records', rows: Answers[] }

/** Answers by the name of their field. */
export type Answers = Record<string, Answer>

/** The reading of a text as a number. */
export type Reading = { state: 'empty' } | { state: 'number', value: number } | { state: 'unclear', why: 'ambiguous' | 'not_a_number' }

/** An empty form. */
export function emptyAnswers(fields: Field[]): Answers {
	return Object.fromEntries(fields.map((field) => [field.name, emptyAnswer(field)]))
}

function emptyAnswer(field: Field): Answer {
	switch (field.kind) {
	case 'number': return { kind: 'number', text: '', unit: field.units[0]?.name ?? '' }
	case 'integer': return field.options.length > 0 ? { kind: 'choice', value: null } : { kind: 'integer', text: '' }
	case 'boolean': return { kind: 'boolean', value: null }
	case 'choice': return { kind: 'choice', value: null }
	case 'items': return { kind: 'items', values: field.items.map(() => null) }
	case 'date': return { kind: 'date', text: '' }
	case 'records': return { kind: 'records', rows: [emptyAnswers(field.fields)] }
	}
}

/** Reads a number with a point or a comma before its decimals. */
export function readNumber(text: string): Reading {
	const trimmed = text.trim().replace(/\u2212/g, '-')
	if (trimmed === '') {
		return { state: 'empty' }
	}
	if (/^-?\d{1,3},\d{3}$/.test(trimmed) && !trimmed.startsWith('0,') && !trimmed.startsWith('-0,')) {
		return { state: 'unclear', why: 'ambiguous' }
	}
	if (!/^-?(\d+([.,]\d*)?|[.,]\d+)$/.test(trimmed)) {
		return { state: 'unclear', why: 'not_a_number' }
	}
	return { state: 'number', value: Number(trimmed.replace(',', '.')) }
}

/** The inputs that are filled in and can be read. */
export function inputsOf(answers: Answers): Record<string, unknown> {
	const inputs: Record<string, unknown> = {}
	for (const [name, answer] of Object.entries(answers)) {
		const value = valueOf(answer)
		if (value !== undefined) {
			inputs[name] = value
		}
	}
	return inputs
}

function valueOf(answer: Answer): unknown {
	switch (answer.kind) {
	case 'number': {
		const reading = readNumber(answer.text)
		return reading.state === 'number' ? { value: reading.value, unit: answer.unit } : undefined
	}
	case 'integer': {
		const reading = readNumber(answer.text)
		return reading.state === 'number' ? reading.value : undefined
	}
	case 'boolean':
	case 'choice': return answer.value ?? undefined
	case 'items': return answer.values.some((value) => value !== null) ? answer.values : undefined
	case 'date': return answer.text === '' ? undefined : answer.text
	case 'records': {
		const rows = answer.rows.map(inputsOf).filter((row) => Object.keys(row).length > 0)
		return rows.length === 0 ? undefined : rows
	}
	}
}

/** Whether anything at all is filled in. */
export function isBlank(answers: Answers): boolean {
	return Object.keys(inputsOf(answers)).length === 0
}
