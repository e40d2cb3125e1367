/*
 * Finds calculators while one types. The whole catalogue is small enough to be on the page, so no request is made.
 */
import type { Summary } from './catalogue.ts'

/** Whether every word asked for begins or stands in the calculator's names, purpose or specialties. */
export function matches(calculator: Summary, query: string): boolean {
	const words = plain(query).split(/\s+/).filter((word) => word !== '')
	const known = plain([calculator.title, calculator.id, calculator.purpose, ...calculator.synonyms, ...calculator.specialties].join(' '))
	// "CHA2DS2 VASc", "cha2ds2-vasc" and "cha2ds2vasc" are one name.
	const joined = known.replace(/[^a-z0-9]+/g, '')
	return words.every((word) => known.includes(word) || joined.includes(word.replace(/[^a-z0-9]+/g, '') || '\u0000'))
}

/** Lower case, without accents, and with subscript digits as plain ones. */
function plain(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
