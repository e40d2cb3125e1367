/*
 * The daemon's calculators: their list, one of them, and a computation. Values are computed by the daemon alone, so
 * that a form, a chat and a command always say the same.
 */
import { client } from '../api/client.ts'
import { definitionOf, type Definition } from './definition.ts'
import { outcomeOf, type Outcome } from './outcome.ts'

/** One line of the list. */
export interface Summary {
	id: string
	title: string
	purpose: string
	synonyms: string[]
	specialties: string[]
}

interface Listed {
	items: Summary[]
	next: string | null
}

/** All calculators, in the order of their names. */
export async function listCalculators(): Promise<Summary[]> {
	const all: Summary[] = []
	let after = ''
	do {
		const page: Listed = await client.json<Listed>(`calculators?limit=200${after}`)
		all.push(...page.items)
		after = page.next === null || page.next === undefined ? '' : `&after=${encodeURIComponent(page.next)}`
	} while (after !== '')
	return all.sort((a, b) => a.title.localeCompare(b.title))
}

/** One calculator. */
export async function readCalculator(id: string): Promise<Definition> {
	return definitionOf(await client.json<Record<string, unknown>>(`calculators/${encodeURIComponent(id)}`))
}

/** Computes. Throws a Problem that names the inputs when they do not suffice. */
export async function calculate(id: string, inputs: Record<string, unknown>, signal: AbortSignal): Promise<Outcome> {
	return outcomeOf(await client.json<Record<string, unknown>>(`calculators/${encodeURIComponent(id)}`, { method: 'POST', body: { inputs }, signal }))
}
