/* The bundler replaces these; @nextcloud/vue reads them. */
declare const appName: string
declare const appVersion: string
