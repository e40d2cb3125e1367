/*
 * Mailboxes and mail as the daemon mirrors them, and the questions the page asks about them. Nothing here changes anything on
 * a mail server; a secret goes to the daemon once and never comes back.
 */
import { client } from '../api/client.ts'

/** Whether a folder is mirrored: always, never, or by what it is for. */
export type Choice = 'take' | 'leave' | 'default'

/** A folder and how far it is mirrored. */
export interface Folder {
	id: string
	name: string
	role: string
	choice: Choice
	mirrored: boolean
	messages: number
	complete: boolean
	synced_at: string | null
	reason: string | null
}

/** A mailbox. */
export interface Mailbox {
	id: string
	host: string
	port: number
	login_name: string
	oauth: boolean
	state: 'connected' | 'refused' | 'failing'
	reason: string | null
	state_since: string
	last_synced_at: string | null
	messages: { pending: number, read: number, quarantined: number }
	folders: Folder[]
}

/** Where a mailbox is and how to sign in. */
export interface NewMailbox {
	host: string
	port?: number
	encryption: 'tls' | 'starttls'
	login_name: string
	secret: string
	oauth: boolean
}

/** A folder as a trial shows it. */
export interface OfferedFolder {
	name: string
	role: string
	mirrored: boolean
}

/** Somebody a message names. */
export interface MailPerson {
	name: string | null
	address: string | null
}

/** A message. */
export interface MailMessage {
	id: string
	mailbox: string
	thread: string | null
	at: string
	subject: string
	from: MailPerson[]
	to: MailPerson[]
	cc: MailPerson[]
	unread: boolean
	flagged: boolean
	answered: boolean
	sent: boolean
	folders: { id: string, name: string, role: string }[]
	attachments: { name: string, media_type: string, bytes: number }[]
	automatic: boolean
	encrypted: boolean
	preview: string
	/** Opens it in Nextcloud's mail app. */
	link: string | null
}

/** A message with everything that was read of it. */
export interface WholeMessage extends MailMessage {
	text: string
	/** What of the text is quoted or signs off, in code points. */
	quoted: { start: number, end: number }[]
	attached: { attachment: number, text: string }[]
}

/** One page of messages, the newest first. */
export interface MailPage {
	messages: MailMessage[]
	next?: string | null
	looked: number
	oldest_looked: string | null
	/** Whether all were compared that had to be. */
	complete: boolean
}

/** What is looked for. */
export interface MailQuery {
	words: string
	/** A mailbox, or a mailbox and a folder in it. */
	mailbox: string
	folder: string
	unread: boolean
	attachments: boolean
	sent: boolean
}

const PAGE = 40

/** One's mailboxes. */
export async function readMailboxes(): Promise<Mailbox[]> {
	return (await client.json<{ mailboxes: Mailbox[] }>('mail/accounts')).mailboxes
}

/** Signs in, lists the folders and keeps nothing. */
export async function tryMailbox(mailbox: NewMailbox): Promise<OfferedFolder[]> {
	return (await client.json<{ folders: OfferedFolder[] }>('mail/accounts/test', { method: 'POST', body: mailbox })).folders
}

/** Has a mailbox mirrored from now on. */
export async function addMailbox(mailbox: NewMailbox): Promise<Mailbox> {
	return client.json<Mailbox>('mail/accounts', { method: 'POST', body: mailbox })
}

/** Chooses folders, or signs in with another secret. */
export async function changeMailbox(id: string, changes: { folders?: { id: string, choice: Choice }[], sign_in?: { secret: string } }): Promise<Mailbox> {
	return client.json<Mailbox>(`mail/accounts/${id}`, { method: 'PATCH', body: changes })
}

/** Forgets a mailbox; nothing changes on its server. */
export async function removeMailbox(id: string): Promise<void> {
	await client.done(`mail/accounts/${id}`, { method: 'DELETE' })
}

/** One page of what is looked for. */
export async function readMail(query: MailQuery, after: string | undefined, signal: AbortSignal): Promise<MailPage> {
	const asked = new URLSearchParams({ limit: String(PAGE) })
	const words = query.words.trim().slice(0, 200)
	const said: Record<string, string> = {
		q: words,
		mailbox: query.folder === '' ? query.mailbox : '',
		folder: query.folder,
		unread: query.unread ? 'true' : '',
		attachments: query.attachments ? 'true' : '',
		direction: query.sent ? 'sent' : '',
		after: after ?? '',
	}
	for (const [name, value] of Object.entries(said)) {
		if (value !== '') {
			asked.set(name, value)
		}
	}
	return client.json<MailPage>(`mail/messages?${asked.toString()}`, { signal })
}

/** One message. */
export async function readMessage(id: string): Promise<WholeMessage> {
	return client.json<WholeMessage>(`mail/messages/${id}`)
}

/** What belongs together, the newest first. */
export async function readThread(id: string): Promise<MailMessage[]> {
	return (await client.json<MailPage>(`mail/threads/${id}?limit=100`)).messages
}
