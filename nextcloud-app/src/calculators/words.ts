/*
 * Definitions in words, for people and for the clipboard.
 */
import { t } from '@nextcloud/l10n'

import type { Field } from './definition.ts'

/** What range is accepted, and for which the formula was made. */
export function rangeWords(field: Field, unit: string): string {
	if (field.kind === 'integer') {
		return between(field.minimum, field.maximum, '')
	}
	if (field.kind !== 'number') {
		return ''
	}
	const chosen = field.units.find((one) => one.name === unit)
	const accepted = between(chosen?.minimum ?? null, chosen?.maximum ?? null, '')
	if (field.derivation === null || field.units[0]?.name !== unit) {
		return accepted
	}
	const [low, high] = field.derivation
	return [accepted, t('voiceassist', 'derived for {low} to {high}', { low: shown(low), high: shown(high) })].filter((words) => words !== '').join(', ')
}

function between(low: number | null, high: number | null, unit: string): string {
	if (low === null || high === null) {
		return ''
	}
	return t('voiceassist', '{low} to {high} {unit}', { low: shown(low), high: shown(high), unit }).trim()
}

/** A number as people write it, without noise behind the fourth decimal. */
export function shown(value: number): string {
	return String(Number(value.toFixed(4)))
}
