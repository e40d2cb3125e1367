/*
 * The rules about which of a person's files are read: their own, which they may change, and everybody's, which they see.
 */
import { t } from '@nextcloud/l10n'

import { client } from '../api/client.ts'

/** What a rule looks at. */
export type Kind = 'folder' | 'glob' | 'mount' | 'type' | 'size' | 'tag' | 'marker'

/** A rule as it is written. */
export interface NewRule {
	effect: 'exclude' | 'include'
	kind: Kind
	pattern: string
}

/** A rule that is kept. */
export interface Rule extends NewRule {
	id: string
	origin: 'configuration' | 'administrator' | 'person'
}

/** The rules that apply. */
export interface Scope {
	rules: Rule[]
	everybody: Rule[]
	applying: boolean
}

/** What other rules would change. */
export interface Preview {
	before: { files: number, bytes: number }
	after: { files: number, bytes: number }
	rules: { pattern: string, applies: { files: number, bytes: number } }[]
	unknown_tags: string[]
}

/** The rules. */
export async function readScope(): Promise<Scope> {
	return client.json<Scope>('scope')
}

/** Other rules in the place of one's own. */
export async function replaceScope(rules: NewRule[]): Promise<Scope> {
	return client.json<Scope>('scope', { method: 'PUT', body: { rules } })
}

/** What they would change. */
export async function previewScope(rules: NewRule[]): Promise<Preview> {
	return client.json<Preview>('scope/preview', { method: 'POST', body: { rules } })
}

/** What a rule looks at, in words, with an example. */
export function kinds(): { kind: Kind, name: string, example: string }[] {
	return [
		{ kind: 'folder', name: t('voiceassist', 'Folder'), example: '/Private' },
		{ kind: 'glob', name: t('voiceassist', 'Name pattern'), example: '*.bak' },
		{ kind: 'type', name: t('voiceassist', 'File type'), example: 'images' },
		{ kind: 'size', name: t('voiceassist', 'Size'), example: '>50MB' },
		{ kind: 'tag', name: t('voiceassist', 'Tag'), example: 'confidential' },
		{ kind: 'mount', name: t('voiceassist', 'Kind of storage'), example: 'external' },
		{ kind: 'marker', name: t('voiceassist', 'Folder with a marker file'), example: '.noindex' },
	]
}
