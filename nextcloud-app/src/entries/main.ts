/*
 * Where the page begins: the same bundle inside Nextcloud and on the daemon's own page. Nextcloud loads this file under an
 * address of its own, so nothing else may be in it: whatever imported it again would begin the page a second time.
 */
const { begin } = await import('../page.ts')
await begin()

export {}
