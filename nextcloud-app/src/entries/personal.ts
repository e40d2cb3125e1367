/*
 * The app's part of one's own settings in Nextcloud.
 */
import { createApp } from 'vue'

import PersonalSettings from '../components/settings/PersonalSettings.vue'

createApp(PersonalSettings).mount('#voiceassist-personal')
