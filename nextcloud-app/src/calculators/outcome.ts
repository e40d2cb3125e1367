/*
 * A finished computation as the daemon sends it: results under their own names beside what explains them.
 */
import type { Source } from './definition.ts'

/** What one item contributed. */
export interface SubScore {
	title: string
	/** The value it had, in words; may be absent. */
	value?: string
	points: number
}

/** What a number means. */
export interface FoundBand {
	key: string
	title: string
	label: string
	extent: string
	meaning: string
}

/** A value as it was used, after conversion. */
export interface Used {
	input: string
	title: string
	value: unknown
	unit?: string
}

/** What an output could still become while inputs are missing. */
export interface Possible {
	output: string
	min: number
	max: number
}

/** One computation. */
export interface Outcome {
	results: Record<string, unknown>
	subScores: SubScore[]
	bands: FoundBand[]
	working: string[]
	notes: string[]
	flags: string[]
	inputsUsed: Used[]
	rounding: string
	version: string
	sources: Source[]
	status: string
}

const EXPLAINING = new Set(['calculator', 'title', 'sub_scores', 'bands', 'working', 'notes', 'flags', 'inputs_used', 'rounding', 'version', 'sources', 'status'])

/** Reads an answer. */
export function outcomeOf(body: Record<string, unknown>): Outcome {
	const list = <T>(name: string) => Array.isArray(body[name]) ? body[name] as T[] : []
	const text = (name: string) => typeof body[name] === 'string' ? body[name] : ''
	return {
		results: Object.fromEntries(Object.entries(body).filter(([name]) => !EXPLAINING.has(name))),
		subScores: list<SubScore>('sub_scores'),
		bands: list<FoundBand>('bands'),
		working: list<string>('working'),
		notes: list<string>('notes'),
		flags: list<string>('flags'),
		inputsUsed: list<Used>('inputs_used'),
		rounding: text('rounding'),
		version: text('version'),
		sources: list<Source>('sources'),
		status: text('status'),
	}
}

/** What an answer that names missing inputs says about the range that is still possible. */
export function possibleOf(body: Record<string, unknown>): Possible[] {
	return Array.isArray(body.possible) ? body.possible as Possible[] : []
}
