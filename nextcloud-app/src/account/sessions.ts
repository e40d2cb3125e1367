/*
 * Where a person is signed in to VoiceAssist, and what they may take with them or have forgotten.
 */
import { t } from '@nextcloud/l10n'

import { client } from '../api/client.ts'
import { proven } from '../api/proof.ts'

/** A place where somebody is signed in. */
export interface OpenSession {
	id: string
	kind: 'nextcloud' | 'sign_in'
	created_at: string
	last_used_at: string
	ends_at: string | null
	address: 'this_machine' | 'local_network' | 'internet' | 'unknown'
	/** The browser, as `Firefox on Linux`. */
	agent: string
	current: boolean
}

/** One's sessions, the one used last first. */
export async function readSessions(): Promise<OpenSession[]> {
	return (await client.json<{ sessions: OpenSession[] }>('sessions')).sessions
}

/** Ends one. */
export async function endSession(id: string): Promise<void> {
	await client.done(`sessions/${id}`, { method: 'DELETE' })
}

/** Ends all but the one this page is in. */
export async function endOtherSessions(): Promise<number> {
	return (await client.json<{ ended: number }>('sessions/end-others', { method: 'POST' })).ended
}

/** Everything VoiceAssist keeps of the person, one JSON object a line. Fails when it did not arrive whole. */
export async function exportData(): Promise<string> {
	const text = await proven(() => client.text('me/export', { method: 'POST' }, 'application/x-ndjson'))
	if (!isWhole(text)) {
		throw new Error(t('voiceassist', 'The file did not arrive whole. Try again.'))
	}
	return text
}

/** Whether an export ends as it should: its last line counts the lines. */
export function isWhole(text: string): boolean {
	const lines = text.trimEnd().split('\n')
	try {
		const last = JSON.parse(lines.at(-1) ?? '') as { kind?: string }
		return last.kind === 'end'
	} catch {
		return false
	}
}

/** Deletes every conversation of the person. */
export async function deleteConversations(): Promise<number> {
	return (await client.json<{ deleted: number }>('conversations', { method: 'DELETE' })).deleted
}

/** From where, in words. */
export function addressWords(session: OpenSession): string {
	return {
		this_machine: t('voiceassist', 'from the server itself'),
		local_network: t('voiceassist', 'from the clinic’s network'),
		internet: t('voiceassist', 'from the internet'),
		unknown: t('voiceassist', 'from an unknown place'),
	}[session.address]
}
