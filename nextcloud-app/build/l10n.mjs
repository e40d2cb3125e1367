/*
 * Writes the files Nextcloud loads from l10n/de.json: the script for the page, and both again for formal German, for which
 * the words are the same because nobody is addressed by a pronoun that differs.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const words = readFileSync('l10n/de.json', 'utf8')
const { translations, pluralForm } = JSON.parse(words)
const script = `OC.L10N.register(\n    "voiceassist",\n    ${JSON.stringify(translations, null, 4).replaceAll('\n', '\n    ')},\n"${pluralForm}");\n`

writeFileSync('l10n/de_DE.json', words)
for (const language of ['de', 'de_DE']) {
	writeFileSync(`l10n/${language}.js`, script)
}
