/*
 * The parts of one's own settings, the same on the app's page and in Nextcloud's settings, so that nothing is in one place alone.
 */
import { t } from '@nextcloud/l10n'
import type { Component } from 'vue'

import ConnectionPanel from './ConnectionPanel.vue'
import DataPanel from './DataPanel.vue'
import MailboxesPanel from './MailboxesPanel.vue'
import ScopePanel from './ScopePanel.vue'
import SessionsPanel from './SessionsPanel.vue'

/** One part. */
export interface Section {
	id: string
	name: string
	description: string
	panel: Component
}

/** The parts for somebody who is connected, or not yet. */
export function sections(connected: boolean): Section[] {
	const always: Section[] = [{
		id: 'connection',
		name: t('voiceassist', 'Connection to your files'),
		description: t('voiceassist', 'VoiceAssist answers from the files you may open here. You decide whether it may, and which.'),
		panel: ConnectionPanel,
	}]
	return !connected
		? always
		: [
			...always,
			{ id: 'scope', name: t('voiceassist', 'What is read'), description: t('voiceassist', 'Your rules can leave files out. They add to those of your administrator.'), panel: ScopePanel },
			{ id: 'mailboxes', name: t('voiceassist', 'Mailboxes'), description: t('voiceassist', 'Messages of a mailbox can be found and asked about, by you alone. Nothing is ever changed in it.'), panel: MailboxesPanel },
			{ id: 'sessions', name: t('voiceassist', 'Where you are signed in'), description: t('voiceassist', 'End what you do not know.'), panel: SessionsPanel },
			{ id: 'data', name: t('voiceassist', 'Your data'), description: t('voiceassist', 'What VoiceAssist keeps of you is yours to take along and to have forgotten.'), panel: DataPanel },
		]
}
