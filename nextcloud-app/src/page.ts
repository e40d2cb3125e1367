/*
 * The page as a whole: its words, its token, its views.
 */
import { createApp } from 'vue'

import App from './App.vue'
import { takeToken } from './api/session.ts'
import { speak } from './language.ts'

/** Shows it. */
export async function begin(): Promise<void> {
	await speak()
	// Before the router reads the address.
	takeToken()
	const { router } = await import('./router.ts')
	createApp(App).use(router).mount('#voiceassist')
}
