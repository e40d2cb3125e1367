/*
 * Where the page begins: the same bundle inside Nextcloud and on the daemon's own page.
 */
import { createApp } from 'vue'

import App from './App.vue'
import { router } from './router.ts'

createApp(App).use(router).mount('#voiceassist')
