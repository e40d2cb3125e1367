<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

/*
 * Lets the services be tested without a Nextcloud: the few methods of its interfaces that they use are declared beside this
 * file. The app's own classes are loaded by their names.
 */
require __DIR__ . '/interfaces.php';

spl_autoload_register(static function (string $class): void {
	if (str_starts_with($class, 'OCA\\VoiceAssist\\')) {
		require __DIR__ . '/../../lib/' . strtr(substr($class, strlen('OCA\\VoiceAssist\\')), '\\', '/') . '.php';
	}
});
