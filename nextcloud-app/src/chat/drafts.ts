/*
 * What somebody has begun to write and not sent. It is kept for this tab only and never on disk for longer: a question
 * can name a patient, and the machine may be shared.
 */
const PREFIX = 'voiceassist-draft-'

/** The draft for a conversation; the empty id is the one not begun yet. */
export function draftOf(conversation: string): string {
	return sessionStorage.getItem(PREFIX + conversation) ?? ''
}

/** Keeps a draft, or forgets it when it is empty. */
export function keepDraft(conversation: string, text: string): void {
	if (text === '') {
		sessionStorage.removeItem(PREFIX + conversation)
	} else {
		sessionStorage.setItem(PREFIX + conversation, text)
	}
}
