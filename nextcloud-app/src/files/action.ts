/*
 * The action and the two ways Nextcloud takes one: until version 32 with its nodes as arguments, from 33 on with one
 * object around them. Both are registered; a server looks at the one it knows.
 */
import { t } from '@nextcloud/l10n'
import { generateUrl } from '@nextcloud/router'

/** What the files page says of a file. */
interface Node {
	type: string
	basename: string
	fileid?: number
	/** The same from version 33 on, in words. */
	id?: string | number
	mime?: string
}

type Context = { nodes: Node[] }

interface Scope {
	fileActions?: Map<string, unknown>
	registry?: EventTarget
}

declare global {
	interface Window {
		_nc_fileactions?: unknown[]
		_nc_files_scope?: { v4_0?: Scope }
	}
}

const ID = 'voiceassist-ask'
/** A speech bubble with a question mark, from the Material Design icons. */
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 2A2 2 0 0 0 2 4V16A2 2 0 0 0 4 18H8V21A1 1 0 0 0 9 22H9.5C9.75 22 10 21.9 10.2 21.71L13.9 18H20A2 2 0 0 0 22 16V4C22 2.89 21.1 2 20 2M4 4H20V16H13.08L10 19.08V16H4M12.19 5.5C11.3 5.5 10.59 5.68 10.05 6.04C9.5 6.4 9.22 7 9.27 7.69H11.24C11.24 7.41 11.34 7.2 11.5 7.06C11.7 6.92 11.92 6.85 12.19 6.85C12.5 6.85 12.77 6.93 12.95 7.11C13.13 7.28 13.22 7.5 13.22 7.8C13.22 8.08 13.14 8.33 13 8.54C12.83 8.76 12.62 8.94 12.36 9.08C11.84 9.4 11.5 9.68 11.29 9.92C11.1 10.16 11 10.5 11 11H13C13 10.72 13.05 10.5 13.14 10.32C13.23 10.15 13.4 10 13.66 9.85C14.12 9.64 14.5 9.36 14.79 9C15.08 8.63 15.23 8.24 15.23 7.8C15.23 7.1 14.96 6.54 14.42 6.12C13.88 5.71 13.13 5.5 12.19 5.5M11 12V14H13V12H11Z"/></svg>'

const READABLE = /^(text\/|message\/|application\/(pdf|rtf|msword|vnd\.(openxmlformats|oasis|ms-)))/

/** Whether a file of this type has text that can be asked about. */
export function isReadable(mime: string): boolean {
	return READABLE.test(mime)
}

/** Whether something can be asked about exactly this. */
export function canAsk(nodes: Node[]): boolean {
	const [node] = nodes
	return nodes.length === 1 && node !== undefined && node.type === 'file' && isReadable(node.mime ?? '')
}

/** The page with a new conversation about this file. What stands behind the hash stays in the browser. */
export function askLink(node: Node): string {
	const id = Number(node.fileid ?? node.id)
	const about = new URLSearchParams({ file: String(id), name: node.basename })
	return `${generateUrl('/apps/voiceassist/')}#/chat?${about.toString().replaceAll('+', '%20')}`
}

/** Registers it. */
export function registerAction(): void {
	const name = () => t('voiceassist', 'Ask about this')
	const go = (node: Node | undefined) => {
		if (node !== undefined) {
			window.location.assign(askLink(node))
		}
		return null
	}
	const common = { id: ID, displayName: name, iconSvgInline: () => ICON, order: 30 }
	window._nc_fileactions ??= []
	window._nc_fileactions.push({ ...common, enabled: (nodes: Node[]) => canAsk(nodes), exec: async (node: Node) => go(node) })
	const scope = (window._nc_files_scope ??= {}).v4_0 ??= {}
	const action = { ...common, enabled: ({ nodes }: Context) => canAsk(nodes), exec: async ({ nodes }: Context) => go(nodes[0]) }
	scope.fileActions ??= new Map()
	scope.fileActions.set(ID, action)
	scope.registry?.dispatchEvent(new CustomEvent('register:action', { detail: action }))
}
