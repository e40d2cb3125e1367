/*
 * Some things are done only for somebody who has just proved to be who they are. Then the page asks for the password, which
 * goes to Nextcloud and nowhere else, and what was wanted is done again with a token that knows of it.
 */
import { getRequestToken } from '@nextcloud/auth'
import { loadState } from '@nextcloud/initial-state'
import { t } from '@nextcloud/l10n'
import { generateUrl } from '@nextcloud/router'
import { shallowRef } from 'vue'

import { client } from './client.ts'
import { Problem } from './problem.ts'

/** Refusals that a password overcomes: of the daemon, and of Nextcloud itself. */
const OVERCOME = ['step_up_required', 'password_needed']

/** Somebody who is asked for their password, and what to tell whoever waits for it. */
export interface Asking {
	proved: () => void
	gaveUp: (why: Error) => void
}

/** Who is being asked; shown by one dialog of the page. */
export const asking = shallowRef<Asking>()

/** Proves to Nextcloud that it is still the same person. Fails with 403 when the password is not right. */
export async function confirmPassword(password: string): Promise<void> {
	const headers = { requesttoken: getRequestToken() ?? '', Accept: 'application/json', 'Content-Type': 'application/json' }
	const response = await fetch(generateUrl('/login/confirm'), { method: 'POST', headers, body: JSON.stringify({ password }) })
	if (!response.ok) {
		throw await Problem.from(response)
	}
}

/** Does it; if a proof is wanted, asks for it and does it once more. */
export async function proven<T>(does: () => Promise<T>): Promise<T> {
	try {
		return await does()
	} catch (error) {
		const inNextcloud = loadState<boolean>('voiceassist', 'embedded', false)
		if (!(error instanceof Problem) || !OVERCOME.includes(error.code) || !inNextcloud) {
			throw error
		}
		await new Promise<void>((proved, gaveUp) => { asking.value = { proved, gaveUp } }).finally(() => { asking.value = undefined })
		client.renew()
		return await does()
	}
}

/** Nobody wanted to type a password. */
export function gaveUp(): Problem {
	return new Problem(403, 'not_proved', t('voiceassist', 'Nothing was done, because the password was not confirmed.'))
}
