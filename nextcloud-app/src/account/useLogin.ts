/*
 * Connecting: a window of Nextcloud opens, the person grants access there, and the daemon is asked until it knows. The
 * window is opened with the click itself, because a browser allows it only then; where it does not, there is a link.
 */
import { t } from '@nextcloud/l10n'
import { onScopeDispose, ref } from 'vue'

import { beginLogin, followLogin } from './connection.ts'

/** How often the daemon is asked whether access was granted. */
const ASK_MS = 2_000
const WINDOW = 'popup,width=560,height=760'

/** Where a login stands. */
export type Step = 'idle' | 'opening' | 'waiting' | 'connected' | 'failed'

/** One login at a time. */
export function useLogin(onConnected: () => void) {
	const step = ref<Step>('idle')
	const link = ref('')
	const words = ref('')
	let popup: Window | null = null
	let timer: ReturnType<typeof setTimeout> | undefined

	function fail(message: string) {
		step.value = 'failed'
		words.value = message
		popup?.close()
		popup = null
	}

	async function follow(id: string) {
		try {
			const news = await followLogin(id)
			if (news.state === 'connected') {
				step.value = 'connected'
				popup?.close()
				onConnected()
				return
			}
			if (news.state !== 'pending') {
				fail({
					expired: t('voiceassist', 'Nobody granted access in time. Begin again.'),
					wrong_user: t('voiceassist', 'Somebody else was signed in to that window; their access was given back. Sign out there and begin again.'),
					failed: t('voiceassist', 'Nextcloud ended the login. Begin again.'),
				}[news.state])
				return
			}
		} catch {
			// The daemon may be away for a moment; the login waits in Nextcloud.
		}
		if (step.value === 'waiting') {
			timer = setTimeout(() => void follow(id), ASK_MS)
		}
	}

	async function begin() {
		step.value = 'opening'
		words.value = ''
		popup = window.open('about:blank', 'voiceassist-login', WINDOW)
		try {
			const login = await beginLogin()
			if (!/^https?:\/\//.test(login.login_url)) {
				throw new Error(t('voiceassist', 'Nextcloud gave a link that cannot be opened.'))
			}
			link.value = login.login_url
			if (popup !== null) {
				popup.location.href = login.login_url
			}
			step.value = 'waiting'
			timer = setTimeout(() => void follow(login.id), ASK_MS)
		} catch (error) {
			fail(error instanceof Error ? error.message : String(error))
		}
	}

	function cancel() {
		clearTimeout(timer)
		popup?.close()
		popup = null
		step.value = 'idle'
	}

	onScopeDispose(() => clearTimeout(timer))
	return { step, link, words, begin, cancel }
}
