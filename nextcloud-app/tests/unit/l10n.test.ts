/*
 * Every word the app says is there in German, and nothing is kept that nobody says.
 */
import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { strings } from '../../build/strings.mjs'

const kept = JSON.parse(readFileSync('l10n/de.json', 'utf8')) as { translations: Record<string, string | string[]> }
const said: Set<string> = strings('.')
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}|%n|%s|%\d\$s/g)].map(([mark]) => mark).sort()

describe('German', () => {
	it('has every word, and no other', () => {
		const known = new Set(Object.keys(kept.translations))
		expect([...said].filter((key) => !known.has(key))).toEqual([])
		expect([...known].filter((key) => !said.has(key))).toEqual([])
	})

	it('keeps every placeholder', () => {
		for (const [key, words] of Object.entries(kept.translations)) {
			const forms = Array.isArray(words) ? words : [words]
			const wanted = key.startsWith('_') && key.includes('_::_') ? placeholders(key.split('_::_')[0] ?? '') : placeholders(key)
			for (const form of forms) {
				expect(placeholders(form), key).toEqual(wanted)
			}
			expect(forms.length, key).toBe(key.includes('_::_') ? 2 : 1)
		}
	})

	it('is what Nextcloud loads', () => {
		for (const language of ['de', 'de_DE']) {
			const script = readFileSync(`l10n/${language}.js`, 'utf8')
			expect(script.startsWith('OC.L10N.register(')).toBe(true)
			const body = script.slice(script.indexOf('{'), script.lastIndexOf('}') + 1)
			expect(JSON.parse(body)).toEqual(kept.translations)
		}
		expect(JSON.parse(readFileSync('l10n/de_DE.json', 'utf8'))).toEqual(kept)
	})
})
