<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Exception;

/** The daemon did not answer, or refused. The code is its status, or 0 without an answer; the message carries no content. */
class DaemonException extends \RuntimeException {
	/** Why it refused, as its stable code; empty when it did not say. */
	private string $reason = '';

	public static function refused(int $status, string $reason): self {
		$named = (string)preg_replace('/[^a-z0-9_]/', '', $reason);
		$refusal = new self('The VoiceAssist daemon refused: ' . $status . ' ' . $named, $status);
		$refusal->reason = $named;
		return $refusal;
	}

	public function reason(): string {
		return $this->reason;
	}
}
