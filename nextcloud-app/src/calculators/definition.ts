/*
 * What a calculator asks and answers, read from the JSON Schema the daemon sends. This file is the only one that
 * knows the schema; forms are drawn from Field values. An input this page does not understand makes the whole form
 * unusable, loudly, because a form that silently leaves something out would compute something else.
 */

/** A unit and the range accepted in it. */
export interface Unit {
	name: string
	minimum: number | null
	maximum: number | null
}

/** A value with its label. */
export interface Option {
	value: string | number
	title: string
}

/** One graded item of a list. */
export interface Item {
	title: string
	options: Option[]
	minimum: number
	maximum: number
}

interface Common {
	name: string
	title: string
	help: string
	required: boolean
}

/** One input. */
export type Field = Common & (
	| { kind: 'number', units: Unit[], derivation: [number, number] | null }
	| { kind: 'integer', minimum: number | null, maximum: number | null, options: Option[] }
	| { kind: 'boolean' }
	| { kind: 'choice', options: Option[] }
	| { kind: 'items', items: Item[] }
	| { kind: 'date' }
	| { kind: 'records', fields: Field[], maximum: number }
)

/** A paper or guideline. */
export interface Source {
	citation: string
	year: number
	doi: string
}

/** One calculator, as the form needs it. */
export interface Definition {
	id: string
	title: string
	purpose: string
	population: string
	formula: string
	rounding: string
	version: string
	status: string
	statusWords: string
	notes: string[]
	specialties: string[]
	sources: Source[]
	fields: Field[]
	outputs: { key: string, title: string, unit: string }[]
}

type Json = Record<string, unknown>
