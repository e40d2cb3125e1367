/*
 * A result as plain text for a note: what was computed, from which values, by which formula. Only what is on the
 * screen is copied.
 */
import { t } from '@nextcloud/l10n'

import type { Definition, Source } from './definition.ts'
import type { Outcome } from './outcome.ts'
import { shown } from './words.ts'

/** The text. */
export function asText(definition: Definition, outcome: Outcome): string {
	const lines = [definition.title]
	for (const line of resultLines(definition, outcome)) {
		lines.push(`${line.title}: ${line.words}`)
	}
	for (const band of outcome.bands) {
		lines.push(`${band.title}: ${band.label} (${band.extent}). ${band.meaning}`)
	}
	const inputs = outcome.inputsUsed.map((used) => `${used.title} ${words(used.value)}${used.unit ? ` ${used.unit}` : ''}`)
	if (inputs.length > 0) {
		lines.push(t('voiceassist', 'From: {inputs}', { inputs: inputs.join('; ') }, { escape: false }))
	}
	lines.push(...outcome.flags, ...outcome.notes)
	lines.push(t('voiceassist', 'Formula: {version}. {rounding}', { version: outcome.version, rounding: outcome.rounding }, { escape: false }))
	lines.push(...outcome.sources.map(sourceText))
	return lines.join('\n')
}

/** Results in the order of the definition, in words. */
export function resultLines(definition: Definition, outcome: Outcome): { key: string, title: string, words: string, unit: string }[] {
	return definition.outputs
		.filter((output) => outcome.results[output.key] !== undefined && outcome.results[output.key] !== null)
		.map((output) => {
			const value = words(outcome.results[output.key])
			return { key: output.key, title: output.title, words: output.unit === '' ? value : `${value} ${output.unit}`, unit: output.unit }
		})
}

/** A value for people. */
export function words(value: unknown): string {
	if (typeof value === 'number') {
		return shown(value)
	}
	if (typeof value === 'boolean') {
		return value ? t('voiceassist', 'yes') : t('voiceassist', 'no')
	}
	if (Array.isArray(value)) {
		return value.map(words).join(', ')
	}
	if (typeof value === 'object' && value !== null) {
		return Object.values(value).map(words).join(' ')
	}
	return String(value).replace(/_/g, ' ')
}

/** A source on one line. */
export function sourceText(source: Source): string {
	const doi = source.doi === '' ? '' : ` https://doi.org/${source.doi}`
	const year = source.citation.includes(String(source.year)) ? '' : ` (${source.year})`
	return `${source.citation}${year}${doi}`
}
