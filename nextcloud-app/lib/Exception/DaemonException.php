<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Exception;

/** The daemon did not answer, or refused. The message is for administrators and names no person. */
class DaemonException extends \RuntimeException {
}
