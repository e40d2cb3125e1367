<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\BackgroundJob;

use OCA\VoiceAssist\Service\Hints;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\QueuedJob;

/** Delivers hints soon after they were written down. A worker that is kept for this job makes it a matter of a second. */
class DeliverHints extends QueuedJob {
	public function __construct(
		ITimeFactory $time,
		private Hints $hints,
	) {
		parent::__construct($time);
	}

	protected function run($argument): void {
		$this->hints->deliver();
	}
}
