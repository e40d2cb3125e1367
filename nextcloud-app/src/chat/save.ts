/*
 * A text as a file in the browser's downloads. It is made on this machine and sent nowhere.
 */

/** Characters that some file system does not take. */
 
const FORBIDDEN = /[\u0000-\u001f<>:"/\\|?*]+/g

/** Hands the text to the browser. */
export function saveText(name: string, text: string, type = 'text/markdown'): void {
	const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
	const link = document.createElement('a')
	link.href = address
	link.download = name.replace(FORBIDDEN, ' ').trim()
	link.click()
	URL.revokeObjectURL(address)
}
