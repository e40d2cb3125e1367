/*
 * The app's part of the administration settings in Nextcloud.
 */
import { createApp } from 'vue'

import AdminSettings from '../components/admin/AdminSettings.vue'

createApp(AdminSettings).mount('#voiceassist-admin')
