<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Exception;

/** The app has no key or no address of a daemon yet. */
class NotPairedException extends \RuntimeException {
}
