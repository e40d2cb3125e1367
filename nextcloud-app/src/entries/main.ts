/*
 * Where the page begins: the same bundle inside Nextcloud and on the daemon's own page.
 */
import { createApp } from 'vue'

import App from '../App.vue'
import { takeToken } from '../api/session.ts'
import { speak } from '../language.ts'

await speak()
// Before the router reads the address.
takeToken()
const { router } = await import('../router.ts')
createApp(App).use(router).mount('#voiceassist')
