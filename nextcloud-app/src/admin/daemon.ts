/*
 * What an administrator asks the daemon as that person: things no vouch of the app is enough for. The daemon decides who
 * is an administrator there; whoever is not gets a refusal that is shown.
 */
import { t } from '@nextcloud/l10n'

import { client } from '../api/client.ts'
import { Problem } from '../api/problem.ts'
import { proven } from '../api/proof.ts'

/** How much may leave for a place: it is here, there is an agreement, or it is anybody's. */
export type Protection = 'local' | 'agreement' | 'cloud'

/** Something that computes answers or meanings. */
export interface Provider {
	kind: 'chat' | 'embedding'
	name: string
	configured: boolean
	protection: Protection
	mode: 'forbid' | 'redact' | 'allow'
	agreement: string
}

/** Where something could go, and what of people may. */
export interface Destination {
	name: string
	protection: Protection
	about_people: 'nothing' | 'redacted' | 'everything'
	sentence: string
}

/** A role and the groups that have it. */
export interface Role {
	role: string
	groups: string[]
	everybody: boolean
}

/** How long something is kept; without days until somebody ends it. */
export interface Kept {
	what: string
	days?: number
}

/** A limit or time that may be changed here. What was changed wins over the daemon's file until it is taken back. */
export interface Changeable {
	name: string
	unit: 'per_minute' | 'minutes' | 'days'
	/** What is in force. */
	value: number
	/** What the daemon's file has. */
	configured: number
	lowest: number
	highest: number
	/** When it was changed; absent of what is as in the file. */
	changed_at?: string
}

/** The limits in force. */
export interface Limits {
	requests: {
		of_a_person_per_minute: number
		questions_of_a_person_per_minute: number
		questions_of_a_person_at_once: number
		failures_of_an_address_per_minute: number
		of_everybody_at_once: number
		counted_together: boolean
	}
	sessions: { idle_minutes: number, absolute_minutes: number, step_up_minutes?: number }
	retention: Kept[]
	/** What may be changed; absent where the daemon is older. */
	settings?: Changeable[]
}

/** What was read of the daemon's rules; a part is absent when this daemon does not know it. */
export interface Rules {
	providers?: Provider[]
	destinations?: Destination[]
	roles?: { roles: Role[], policy: 'built_in' | 'own' }
	limits?: Limits
}

/** A part of the rules; nothing when the daemon is older than the part. */
async function part<T>(path: string): Promise<T | undefined> {
	try {
		return await client.json<T>(path)
	} catch (error) {
		if (error instanceof Problem && error.status === 404) {
			return undefined
		}
		throw error
	}
}

/** Providers, what may leave, and roles. */
export async function readRules(): Promise<Rules> {
	const [providers, destinations, roles, limits] = await Promise.all([
		part<{ providers: Provider[] }>('admin/providers'),
		part<{ destinations: Destination[] }>('admin/phi-policy'),
		part<{ roles: Role[], policy: 'built_in' | 'own' }>('admin/roles'),
		part<Limits>('admin/limits'),
	])
	return {
		...providers === undefined ? {} : { providers: providers.providers },
		...destinations === undefined ? {} : { destinations: destinations.destinations },
		...roles === undefined ? {} : { roles },
		...limits === undefined ? {} : { limits },
	}
}

/** Has documents read again that failed for this reason, or all where another try can help. */
export async function retryFailures(code?: string): Promise<{ retried: number, more: boolean }> {
	return proven(() => client.json('admin/failures/retry', { method: 'POST', body: code === undefined ? {} : { code } }))
}

/** Asks a provider something short. */
export async function testProvider(kind: Provider['kind']): Promise<{ works: boolean, sentence: string, millis: number }> {
	return proven(() => client.json('admin/providers/test', { method: 'POST', body: { kind } }))
}

/** Ends every session of a person. */
export async function endSessionsOf(userId: string): Promise<number> {
	return (await proven(() => client.json<{ ended: number }>('admin/sessions/end', { method: 'POST', body: { user_id: userId } }))).ended
}

/** Changes limits and times; null takes back what the daemon's file has. Kept are all of them or none. */
export async function changeLimits(changes: { name: string, value: number | null }[]): Promise<Limits> {
	return proven(() => client.json<Limits>('admin/limits', { method: 'PATCH', body: { changes } }))
}

/** What a setting counts, in words. */
export function unitWords(unit: Changeable['unit']): string {
	return { per_minute: t('voiceassist', 'in a minute'), minutes: t('voiceassist', 'minutes'), days: t('voiceassist', 'days') }[unit]
}

/** What is wrong with a number for this setting; nothing if it will do. */
export function boundsTrouble(setting: Changeable, value: string): string {
	const number = Number(value)
	return /^\s*\d+\s*$/.test(value) && number >= setting.lowest && number <= setting.highest
		? ''
		: t('voiceassist', 'A whole number from {lowest} to {highest}', { lowest: setting.lowest, highest: setting.highest })
}

/** A class of protection in words. */
export function protectionWords(protection: Protection): string {
	return {
		local: t('voiceassist', 'on your own machines'),
		agreement: t('voiceassist', 'elsewhere, under an agreement'),
		cloud: t('voiceassist', 'elsewhere, without an agreement'),
	}[protection]
}

/** What of people may leave, in words. */
export function aboutPeopleWords(destination: Destination): string {
	return {
		nothing: t('voiceassist', 'Nothing about people'),
		redacted: t('voiceassist', 'Only without names and other identifiers'),
		everything: t('voiceassist', 'Everything'),
	}[destination.about_people]
}

/** What is kept, in words. */
export function keptWords(kept: Kept): string {
	const known: Record<string, string> = {
		conversations: t('voiceassist', 'Conversations'),
		data_of_people_gone: t('voiceassist', 'What belongs to people whom Nextcloud no longer knows'),
		finished_writes: t('voiceassist', 'Keys of changes that were made in Nextcloud'),
		spending_on_models: t('voiceassist', 'What was spent on models, by person and day'),
		audit_log: t('voiceassist', 'The audit log'),
	}
	return known[kept.what] ?? kept.what
}

/** A role in words. */
export function roleWords(role: string): string {
	const known: Record<string, string> = {
		admin: t('voiceassist', 'Administrators'),
		medical_staff: t('voiceassist', 'Medical staff'),
		user: t('voiceassist', 'Users'),
		auditor: t('voiceassist', 'Auditors'),
	}
	return known[role] ?? role
}
