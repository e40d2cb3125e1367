/*
 * Which words the app says: every call of t() and n() in the page and of t() and n() on the translator in PHP. Used by
 * the test that holds the translations complete, and by `npm run l10n`, which writes the files Nextcloud loads.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const LITERAL = String.raw`'((?:[^'\\]|\\.)*)'`
const PAGE_ONE = new RegExp(String.raw`\bt\(\s*'voiceassist',\s*${LITERAL}`, 'g')
const PAGE_MANY = new RegExp(String.raw`\bn\(\s*'voiceassist',\s*${LITERAL},\s*${LITERAL}`, 'g')
const SERVER_ONE = new RegExp(String.raw`l10n->t\(\s*${LITERAL}`, 'g')
const SERVER_MANY = new RegExp(String.raw`l10n->n\(\s*${LITERAL},\s*${LITERAL}`, 'g')

function files(folder, endings) {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
		.map((entry) => join(entry.parentPath, entry.name))
}

const plain = (text) => text.replace(/\\(.)/g, '$1')

/** Every key as Nextcloud looks it up: the words, or `_one_::_many_`. */
export function strings(root) {
	const keys = new Set()
	for (const file of files(join(root, 'src'), ['.ts', '.vue'])) {
		collect(readFileSync(file, 'utf8'), PAGE_ONE, PAGE_MANY, keys)
	}
	for (const file of files(join(root, 'lib'), ['.php'])) {
		collect(readFileSync(file, 'utf8'), SERVER_ONE, SERVER_MANY, keys)
	}
	return keys
}

function collect(text, one, many, keys) {
	for (const [, words] of text.matchAll(one)) {
		keys.add(plain(words))
	}
	for (const [, single, several] of text.matchAll(many)) {
		keys.add(`_${plain(single)}_::_${plain(several)}_`)
	}
}
